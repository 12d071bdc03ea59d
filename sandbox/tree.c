#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { CHUNK = 65536, NAMES = 4096, MAX_DEPTH = 64 };

/* Where the copy stands: one of these a level, linked upwards for messages. */
struct level {
    const struct level *above;
    const char *name; /* of this folder; NULL at the top */
    int source;
    int target;
    unsigned depth;
};

struct entry {
    uint64_t ino;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* A hostile name may hold any byte but '/' and NUL; a message shows only plain ones. */
static size_t put_name(char *out, size_t size, const char *name)
{
    size_t n = 0;
    for (; *name && n + 1 < size; name++)
        out[n++] = *name >= ' ' && *name <= '~' && *name != '\'' ? *name : '?';
    out[n] = '\0';
    return n;
}

static size_t put_path(char *out, size_t size, const struct level *at)
{
    size_t n = 0;
    if (!at->name)
        return 0;
    n = put_path(out, size, at->above);
    n += put_name(out + n, size - n, at->name);
    if (n + 1 < size)
        out[n++] = '/';
    out[n] = '\0';
    return n;
}

static bool refuse(const struct level *at, const char *name, enum sb_fault fault,
                   const char *what, struct sb_error *err)
{
    char path[256] = "";
    size_t n = put_path(path, sizeof path, at);
    put_name(path + n, sizeof path - n, name);
    return sb__fail(err, fault, "'%s' %s", path, what);
}

/* Writing fails for the host's reasons, whatever the guest left. */
static bool refuse_errno(const struct level *at, const char *name, enum sb_fault fault,
                         const char *doing, struct sb_error *err)
{
    char text[128];
    if (snprintf(text, sizeof text, "%s: %s", doing, sb__errno_text(errno)) < 0)
        text[0] = '\0';
    return refuse(at, name, fault, text, err);
}

static const char *kind_word(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFLNK:
        return "is a symbolic link";
    case S_IFIFO:
        return "is a FIFO";
    case S_IFSOCK:
        return "is a socket";
    case S_IFCHR:
    case S_IFBLK:
        return "is a device";
    default:
        return "is not a regular file";
    }
}

static bool copy_bytes(const struct level *at, const char *name, const int fds[2],
                       uint64_t left, struct sb_error *err)
{
    char chunk[CHUNK];
    while (left > 0) {
        ssize_t n = read(fds[0], chunk, left < CHUNK ? (size_t)left : CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return refuse_errno(at, name, SB_SPEC, "cannot be read", err);
        if (n == 0)
            break;
        if (!sb__write_all(fds[1], chunk, (size_t)n))
            return refuse_errno(at, name, SB_HOST, "cannot be written", err);
        left -= (uint64_t)n;
    }
    return true;
}

static bool copy_file(struct sb__tree *tree, const struct level *at, const char *name,
                      struct sb_error *err)
{
    struct stat st;
    SB__FD int from =
        openat(at->source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (from < 0 || fstat(from, &st) != 0)
        return refuse_errno(at, name, SB_SPEC, "cannot be read", err);
    if (!S_ISREG(st.st_mode))
        return refuse(at, name, SB_SPEC, kind_word(st.st_mode), err);
    if ((uint64_t)st.st_size > tree->bytes)
        return refuse(at, name, SB_OVER, "makes more bytes than allowed", err);
    tree->bytes -= (uint64_t)st.st_size;
    mode_t mode = st.st_mode & S_IXUSR ? 0755 : 0644;
    SB__FD int to = openat(at->target, name,
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (to < 0 || fchmod(to, mode) != 0)
        return refuse_errno(at, name, SB_HOST, "cannot be made", err);
    if (!copy_bytes(at, name, (int[2]){from, to}, (uint64_t)st.st_size, err))
        return false;
    if (close(sb__steal(&to)) != 0)
        return refuse_errno(at, name, SB_HOST, "cannot be written", err);
    return true;
}

static bool copy_link(const struct level *at, const char *name, struct sb_error *err)
{
    char text[PATH_MAX];
    ssize_t n = readlinkat(at->source, name, text, sizeof text);
    if (n < 0 || (size_t)n >= sizeof text)
        return refuse_errno(at, name, SB_SPEC, "cannot be read", err);
    text[n] = '\0';
    if (symlinkat(text, at->target, name) != 0)
        return refuse_errno(at, name, SB_HOST, "cannot be made", err);
    return true;
}

static bool copy_level(struct sb__tree *tree, const struct level *at, struct sb_error *err);

static bool copy_folder(struct sb__tree *tree, const struct level *at, const char *name,
                        struct sb_error *err)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if (at->depth + 1 > tree->depth || at->depth + 1 > MAX_DEPTH)
        return refuse(at, name, SB_OVER, "lies deeper than allowed", err);
    SB__FD int source = openat(at->source, name, flags);
    if (source < 0)
        return refuse_errno(at, name, SB_SPEC, "cannot be read", err);
    if (mkdirat(at->target, name, 0755) != 0)
        return refuse_errno(at, name, SB_HOST, "cannot be made", err);
    SB__FD int target = openat(at->target, name, flags);
    if (target < 0 || fchmod(target, 0755) != 0)
        return refuse_errno(at, name, SB_HOST, "cannot be made", err);
    struct level below = {at, name, source, target, at->depth + 1};
    return copy_level(tree, &below, err);
}

static bool copy_entry(struct sb__tree *tree, const struct level *at, const char *name,
                       struct sb_error *err)
{
    struct stat st;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (tree->files == 0)
        return refuse(at, name, SB_OVER, "is one file more than allowed", err);
    tree->files--;
    if (fstatat(at->source, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return refuse_errno(at, name, SB_SPEC, "cannot be read", err);
    if (S_ISDIR(st.st_mode))
        return copy_folder(tree, at, name, err);
    if (S_ISREG(st.st_mode))
        return copy_file(tree, at, name, err);
    if (S_ISLNK(st.st_mode) && tree->keeps_links)
        return copy_link(at, name, err);
    return refuse(at, name, SB_SPEC, kind_word(st.st_mode), err);
}

static bool copy_level(struct sb__tree *tree, const struct level *at, struct sb_error *err)
{
    _Alignas(struct entry) char names[NAMES];
    long n;
    while ((n = syscall(SYS_getdents64, at->source, names, sizeof names)) > 0) {
        for (long used = 0; used < n;) {
            const struct entry *e = (const void *)(names + used);
            if (!copy_entry(tree, at, e->name, err))
                return false;
            used += e->size;
        }
    }
    return n == 0 || refuse_errno(at, ".", SB_SPEC, "cannot be read", err);
}

bool sb__tree_copy(struct sb__tree *tree, int source, int target, struct sb_error *err)
{
    struct level top = {NULL, NULL, source, target, 0};
    return copy_level(tree, &top, err);
}
