/* The functions of fs.h that walk a tree. Both go by descriptors relative to an open
 * folder, so that no path is ever too long and no link is ever followed. */
#include "fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Removing.
 *
 * An entry can leave a tree deeper than the number of descriptors and the stack allow.
 * Folders at REMOVE_DEPTH are therefore moved to the top, and the top is swept again until
 * nothing was moved. */

enum { REMOVE_DEPTH = 64 };

struct removal {
    const char *path;
    int top_fd;
    dev_t device;
    uint64_t moved;
    struct pod_error *err;
};

static bool removal_fail(struct removal *removal, const char *name)
{
    int saved = errno;
    pod_auto_free char *shown = pod_str_shown(name, 255);
    errno = saved;
    return pod_fail_errno(removal->err, POD_HOST, "cannot remove \"%s\" in \"%s\"", shown,
                          removal->path);
}

/* A folder without rwx for its owner cannot be emptied nor moved. */
static int open_for_removal(int parent_fd, const char *name, const struct stat *st)
{
    if ((st->st_mode & 0700) != 0700 && fchmodat(parent_fd, name, 0700, 0) != 0)
        return -1;
    return openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_taken(int error)
{
    return error == EEXIST || error == ENOTEMPTY || error == ENOTDIR;
}

static bool move_to_top(struct removal *removal, int parent_fd, const char *name)
{
    for (;;) {
        pod_auto_free char *fresh =
            pod_strf(".removed-%llu", (unsigned long long)removal->moved++);
        if (renameat(parent_fd, name, removal->top_fd, fresh) == 0)
            return true;
        if (!is_taken(errno))
            return removal_fail(removal, name);
    }
}

static bool remove_children(struct removal *removal, int fd, unsigned depth);

static bool remove_folder(struct removal *removal, int parent_fd, const char *name,
                          unsigned depth)
{
    struct stat st;
    if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return removal_fail(removal, name);
    if (!S_ISDIR(st.st_mode) || st.st_dev != removal->device) {
        errno = S_ISDIR(st.st_mode) ? EXDEV : EPERM;
        return removal_fail(removal, name);
    }
    pod_auto_fd int fd = open_for_removal(parent_fd, name, &st);
    if (fd < 0)
        return removal_fail(removal, name);
    if (depth == REMOVE_DEPTH)
        return move_to_top(removal, parent_fd, name);
    if (!remove_children(removal, fd, depth + 1))
        return false;
    if (unlinkat(parent_fd, name, AT_REMOVEDIR) != 0)
        return removal_fail(removal, name);
    return true;
}

static bool remove_item(struct removal *removal, int fd, const char *name, unsigned depth)
{
    if (unlinkat(fd, name, 0) == 0 || errno == ENOENT)
        return true;
    /* Of a folder Linux says EISDIR, POSIX EPERM; of a file EPERM is meant so. */
    if (errno != EISDIR && errno != EPERM)
        return removal_fail(removal, name);
    return remove_folder(removal, fd, name, depth);
}

static bool remove_children(struct removal *removal, int fd, unsigned depth)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list_fd(fd, removal->path, &names, removal->err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!remove_item(removal, fd, names.items[i], depth))
            return false;
    return true;
}

static bool empty_top(struct removal *removal)
{
    uint64_t before = 0;
    do {
        before = removal->moved;
        if (!remove_children(removal, removal->top_fd, 1))
            return false;
    } while (removal->moved != before);
    return true;
}

bool pod_dir_remove(const char *path, struct pod_error *err)
{
    /* lstat("link/") would look behind the link. */
    pod_auto_free char *plain = pod_strdup(path);
    for (size_t n = strlen(plain); n > 1 && plain[n - 1] == '/'; n--)
        plain[n - 1] = '\0';
    struct stat st;
    if (lstat(plain, &st) != 0)
        return errno == ENOENT ||
               pod_fail_errno(err, POD_HOST, "cannot remove \"%s\"", path);
    if (!S_ISDIR(st.st_mode))
        return unlink(plain) == 0 ||
               pod_fail_errno(err, POD_HOST, "cannot remove \"%s\"", path);
    pod_auto_fd int fd = open_for_removal(AT_FDCWD, plain, &st);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open the folder \"%s\"", path);
    struct removal removal = {
        .path = path, .top_fd = fd, .device = st.st_dev, .moved = 0, .err = err};
    if (!empty_top(&removal))
        return false;
    return rmdir(plain) == 0 || pod_fail_errno(err, POD_HOST, "cannot remove \"%s\"", path);
}

/* Copying. */

struct copy {
    const struct pod_tree_caps *caps;
    uint64_t bytes, files;
    struct pod_error *err;
};

/* One folder on the way down: both sides open, and where it stands for messages. */
struct copy_level {
    int from, to;
    const char *path; /* relative, "" at the root */
    unsigned depth;
};

static const char *kind_text(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFLNK:
        return "a link";
    case S_IFIFO:
        return "a FIFO";
    case S_IFSOCK:
        return "a socket";
    case S_IFCHR:
    case S_IFBLK:
        return "a device";
    case S_IFDIR:
        return "a folder";
    default:
        return "not a regular file";
    }
}

static bool check_item(struct copy *copy, const struct stat *st, const char *path,
                       unsigned depth)
{
    pod_auto_free char *shown = pod_str_shown(path, 300);
    if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))
        return pod_fail(copy->err, POD_ENTRY, "\"%s\" is %s: only files and folders may be",
                        shown, kind_text(st->st_mode));
    if (depth > copy->caps->depth)
        return pod_fail(copy->err, POD_ENTRY, "\"%s\" lies deeper than %u folders", shown,
                        copy->caps->depth);
    if (++copy->files > copy->caps->files)
        return pod_fail(copy->err, POD_ENTRY, "more than %llu files and folders, at \"%s\"",
                        (unsigned long long)copy->caps->files, shown);
    return true;
}

static bool copy_too_large(struct copy *copy, const char *path)
{
    pod_auto_free char *shown = pod_str_shown(path, 300);
    return pod_fail(copy->err, POD_ENTRY, "more than %llu bytes, at \"%s\"",
                    (unsigned long long)copy->caps->bytes, shown);
}

/* It was a file when it was looked at by name. */
static bool copy_swapped(struct copy *copy, const struct stat *st, const char *path)
{
    pod_auto_free char *shown = pod_str_shown(path, 300);
    return pod_fail(copy->err, POD_ENTRY, "\"%s\" became %s while it was copied", shown,
                    kind_text(st->st_mode));
}

/* The participant answers for what lies in the source, but not for what every open takes.
 */
static enum pod_fault read_fault(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM ? POD_HOST : POD_ENTRY;
}

static bool read_fail(struct pod_error *err, const char *path)
{
    int saved = errno;
    pod_auto_free char *shown = pod_str_shown(*path ? path : ".", 300);
    errno = saved;
    return pod_fail_errno(err, read_fault(saved), "cannot read \"%s\"", shown);
}

static bool write_fail(struct copy *copy, const char *path)
{
    int saved = errno;
    pod_auto_free char *shown = pod_str_shown(path, 300);
    errno = saved;
    return pod_fail_errno(copy->err, POD_HOST, "cannot copy \"%s\"", shown);
}

static bool copy_bytes(struct copy *copy, int from, int to, const char *path)
{
    char chunk[65536];
    for (;;) {
        ssize_t got = read(from, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            return true;
        if (got < 0)
            return read_fail(copy->err, path);
        copy->bytes += (uint64_t)got;
        if (copy->bytes > copy->caps->bytes)
            return copy_too_large(copy, path);
        if (!pod_write_all(to, chunk, (size_t)got))
            return write_fail(copy, path);
    }
}

/* The mode is set by hand: the umask must not hide the copy from another uid. */
static bool copy_file(struct copy *copy, const struct copy_level *level, const char *name,
                      const char *path)
{
    pod_auto_fd int from =
        openat(level->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat st;
    if (from < 0 || fstat(from, &st) != 0)
        return read_fail(copy->err, path);
    if (!S_ISREG(st.st_mode))
        return copy_swapped(copy, &st, path);
    /* Before a byte is written: a file of holes is as large as it says. */
    if ((uint64_t)st.st_size > copy->caps->bytes - copy->bytes)
        return copy_too_large(copy, path);
    pod_auto_fd int to =
        openat(level->to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return write_fail(copy, path);
    if (!copy_bytes(copy, from, to, path))
        return false;
    if (fchmod(to, st.st_mode & 0111 ? 0755 : 0644) != 0 || close(pod_steal_fd(&to)) != 0)
        return write_fail(copy, path);
    return true;
}

static bool copy_children(struct copy *copy, const struct copy_level *level);

static bool copy_folder(struct copy *copy, const struct copy_level *level, const char *name,
                        const char *path)
{
    enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
    pod_auto_fd int from = openat(level->from, name, FLAGS);
    if (from < 0)
        return read_fail(copy->err, path);
    if (mkdirat(level->to, name, 0755) != 0)
        return write_fail(copy, path);
    pod_auto_fd int to = openat(level->to, name, FLAGS);
    if (to < 0 || fchmod(to, 0755) != 0)
        return write_fail(copy, path);
    struct copy_level below = {
        .from = from, .to = to, .path = path, .depth = level->depth + 1};
    return copy_children(copy, &below);
}

static bool is_excepted(const struct pod_tree_caps *caps, const struct stat *st)
{
    return caps->except_ino != 0 && S_ISDIR(st->st_mode) &&
           st->st_dev == caps->except_dev && st->st_ino == caps->except_ino;
}

static bool copy_item(struct copy *copy, const struct copy_level *level, const char *name)
{
    pod_auto_free char *path = pod_path_join(level->path, name);
    struct stat st;
    if (fstatat(level->from, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return read_fail(copy->err, path);
    if (is_excepted(copy->caps, &st))
        return true;
    if (!check_item(copy, &st, path, level->depth + 1))
        return false;
    return S_ISDIR(st.st_mode) ? copy_folder(copy, level, name, path)
                               : copy_file(copy, level, name, path);
}

static bool copy_children(struct copy *copy, const struct copy_level *level)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error ignored = POD_ERROR_INIT; /* it blames the host */
    if (!pod_dir_list_fd(level->from, level->path, &names, &ignored))
        return read_fail(copy->err, level->path);
    for (size_t i = 0; i < names.count; i++)
        if (!copy_item(copy, level, names.items[i]))
            return false;
    return true;
}

static bool copy_root(struct copy *copy, int from, const char *dest)
{
    pod_auto_fd int to = open(dest, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (to < 0 || fchmod(to, 0755) != 0)
        return write_fail(copy, dest);
    struct copy_level root = {.from = from, .to = to, .path = "", .depth = 0};
    return copy_children(copy, &root);
}

bool pod_tree_copy(const char *source, const char *dest, const struct pod_tree_caps *caps,
                   struct pod_error *err)
{
    pod_auto_fd int from = open(source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from < 0)
        return read_fail(err, source);
    if (mkdir(dest, 0755) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot make the folder \"%s\"", dest);
    struct copy copy = {.caps = caps, .bytes = 0, .files = 0, .err = err};
    if (copy_root(&copy, from, dest))
        return true;
    /* Its place may be the one that the removal needs. */
    (void)close(pod_steal_fd(&from));
    struct pod_error ignored = POD_ERROR_INIT;
    pod_dir_remove(dest, &ignored);
    return false;
}
