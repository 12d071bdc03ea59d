#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "proc.h"
#include "tree.h"

enum { ROOT_BYTES = 1 << 20, ROOT_INODES = 1024 };

/* Where the new root is until it is entered; every host has this folder. */
#define NEW_ROOT "/usr"

#define ATTR_DATA (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* Beneath the new root and through no link: a bound folder of the guest may hold any. */
static int open_beneath(int root, const char *path, int flags)
{
    struct open_how how = {.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
                           .mode = flags & O_CREAT ? 0644 : 0,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* Makes the folders above path, then the folder path itself if is_folder. */
static bool make_folders(int root, const char *path, bool is_folder)
{
    SB__FD int at = open_beneath(root, ".", O_PATH | O_DIRECTORY);
    while (at >= 0) {
        const char *end = strchr(path, '/');
        char name[256];
        size_t length = end ? (size_t)(end - path) : strlen(path);
        if (!end && !is_folder)
            return true;
        if (length >= sizeof name) {
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(name, path, length);
        name[length] = '\0';
        if (mkdirat(at, name, 0755) != 0 && errno != EEXIST)
            return false;
        int next = open_beneath(at, name, O_PATH | O_DIRECTORY);
        sb__close(&at);
        at = next;
        if (at >= 0 && !end)
            return true;
        path = end ? end + 1 : path;
    }
    return false;
}

static bool make_file(int root, const char *path, const char *text)
{
    SB__FD int fd = -1;
    if (!make_folders(root, path, false))
        return false;
    fd = open_beneath(root, path, O_WRONLY | O_CREAT);
    return fd >= 0 && sb__write_all(fd, text, strlen(text));
}

static bool make_link(int root, const char *path, const char *text)
{
    return make_folders(root, path, false) && symlinkat(text, root, path) == 0;
}

static int make_tmpfs(uint64_t bytes, uint64_t inodes, unsigned mode)
{
    char size[32], count[32], bits[16];
    SB__FD int fs = fsopen("tmpfs", FSOPEN_CLOEXEC);
    if (snprintf(size, sizeof size, "%llu", (unsigned long long)bytes) < 0 ||
        snprintf(count, sizeof count, "%llu", (unsigned long long)inodes) < 0 ||
        snprintf(bits, sizeof bits, "%o", mode) < 0)
        return -1;
    if (fs < 0 || fsconfig(fs, FSCONFIG_SET_STRING, "size", size, 0) != 0 ||
        fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", count, 0) != 0 ||
        fsconfig(fs, FSCONFIG_SET_STRING, "mode", bits, 0) != 0 ||
        fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return fsmount(fs, FSMOUNT_CLOEXEC, ATTR_DATA);
}

/* Attaches the tree mount at path, which is made as what the tree is, file or folder. */
static bool attach(int root, int mount, const char *path)
{
    struct stat st;
    if (fstat(mount, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode) ? !make_folders(root, path, true) : !make_file(root, path, ""))
        return false;
    SB__FD int at = open_beneath(root, path, O_PATH);
    return at >= 0 && move_mount(mount, "", at, "",
                                 MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) == 0;
}

/* Private as well: what the host mounts beneath a source later must not appear inside. */
static bool set_attr(int mount, unsigned flags, uint64_t attr)
{
    struct mount_attr set = {.attr_set = attr, .propagation = MS_PRIVATE};
    return mount_setattr(mount, "", AT_EMPTY_PATH | flags, &set, sizeof set) == 0;
}

static bool attach_bind(int root, const struct sb__op *op)
{
    return set_attr(op->fd, AT_RECURSIVE, ATTR_DATA | MOUNT_ATTR_RDONLY) &&
           attach(root, op->fd, op->target + 1);
}

/* Read-only does not keep a device from being written to, only its node from changes. */
static bool attach_device(int root, const struct sb__op *op)
{
    return set_attr(op->fd, 0, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY) &&
           attach(root, op->fd, op->target + 1);
}

static bool fill_copy(int source, int folder, const char *target, struct sb_error *err)
{
    struct sb__tree all = {UINT64_MAX, UINT64_MAX, UINT32_MAX, true};
    struct sb_error inner = {0};
    SB__FD int from = openat(source, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from < 0)
        return sb__fail_errno(err, SB_SPEC, "mount '%s': cannot read the source", target);
    if (sb__tree_copy(&all, from, folder, &inner))
        return true;
    return sb__fail(err, SB_SPEC, "mount '%s': %s", target, inner.message);
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/* A tmpfs gives a folder a size for each name and a link for each folder in it. */
static bool is_as_new(const struct sb__op *op)
{
    const struct stat *fresh = &op->fresh;
    struct stat now;
    return fstat(op->folder, &now) == 0 && now.st_mode == fresh->st_mode &&
           now.st_nlink == fresh->st_nlink && now.st_size == fresh->st_size &&
           is_same_time(now.st_ctim, fresh->st_ctim) &&
           is_same_time(now.st_mtim, fresh->st_mtim) &&
           is_same_time(now.st_atim, fresh->st_atim);
}

static bool attach_tmpfs(int root, struct sb__op *op, struct sb_error *err)
{
    SB__FD int mount = make_tmpfs(op->size_bytes, op->inodes, op->mode);
    if (mount < 0 || !attach(root, mount, op->target + 1))
        return false;
    sb__close(&op->folder);
    op->folder = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (op->folder < 0)
        return false;
    if (op->kind == SB__OP_COPY && !fill_copy(op->fd, op->folder, op->target, err))
        return false;
    return fstat(op->folder, &op->fresh) == 0;
}

static bool attach_proc(int root, struct sb__op *op)
{
    SB__FD int proc = sb__proc_mount(op->shows_pids_only);
    if (proc < 0 || !attach(root, proc, op->target + 1))
        return false;
    op->folder = sb__steal(&proc);
    return true;
}

static bool carry_out(int root, struct sb__op *op, struct sb_error *err)
{
    switch (op->kind) {
    case SB__OP_FOLDER:
        return make_folders(root, op->target + 1, true);
    case SB__OP_FILE:
        return make_file(root, op->target + 1, op->source);
    case SB__OP_LINK:
        return make_link(root, op->target + 1, op->source);
    case SB__OP_BIND:
        return attach_bind(root, op);
    case SB__OP_DEVICE:
        return attach_device(root, op);
    case SB__OP_TMPFS:
    case SB__OP_COPY:
        return attach_tmpfs(root, op, err);
    case SB__OP_PROC:
        return attach_proc(root, op);
    case SB__OP_AS_HOST:
        break; /* the plan resolved these */
    }
    errno = EINVAL;
    return false;
}

/* pivot_root(".", ".") puts the old root on top of the new one; detaching it leaves the
 * new root alone, with no folder needed for the old one. */
static bool pivot(int root)
{
    return fchdir(root) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
           umount2(".", MNT_DETACH) == 0 && chdir("/") == 0;
}

/* Last, because the covers take over that the new root is read-only by now. */
static bool mask_proc(struct sb__root *root)
{
    for (size_t i = 0; i < root->count; i++) {
        struct sb__op *op = &root->ops[i];
        if (op->kind != SB__OP_PROC || op->shows_pids_only)
            continue;
        bool is_masked =
            sb__proc_mask(op->folder, NEW_ROOT "/var/empty", NEW_ROOT "/dev/null");
        sb__close(&op->folder);
        if (!is_masked)
            return false;
    }
    return true;
}

/* The new root needs a place in the mount tree before anything can be attached to it;
 * /usr is there on every host, and its own clone has been made. */
static int start_root(void)
{
    struct mount_attr own = {.propagation = MS_PRIVATE};
    if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &own, sizeof own) != 0)
        return -1;
    SB__FD int root = make_tmpfs(ROOT_BYTES, ROOT_INODES, 0755);
    if (root < 0 || move_mount(root, "", AT_FDCWD, NEW_ROOT, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        return -1;
    return sb__steal(&root);
}

bool sb__root_enter(struct sb__root *root, struct sb_error *err)
{
    SB__FD int fd = start_root();
    if (fd < 0)
        return sb__fail_errno(err, SB_HOST, "cannot make a new root");
    for (size_t i = 0; i < root->count; i++)
        if (!carry_out(fd, &root->ops[i], err))
            return sb__fail_errno(err, SB_HOST, "cannot make '%s' in the new root",
                                  root->ops[i].target);
    if (!set_attr(fd, 0, MOUNT_ATTR_RDONLY | ATTR_DATA) || !mask_proc(root) || !pivot(fd))
        return sb__fail_errno(err, SB_HOST, "cannot enter the new root");
    for (size_t i = 0; i < root->count; i++)
        if (root->ops[i].kind != SB__OP_COPY)
            sb__close(&root->ops[i].fd);
    return true;
}

static bool is_dirty(const struct sb__op *op)
{
    if (op->kind == SB__OP_COPY || op->is_kept)
        return true;
    return op->kind == SB__OP_TMPFS && !is_as_new(op);
}

bool sb__root_is_dirty(const struct sb__root *root)
{
    for (size_t i = 0; i < root->count; i++)
        if (is_dirty(&root->ops[i]))
            return true;
    return false;
}

bool sb__root_renew(struct sb__root *root, struct sb_error *err)
{
    SB__FD int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < root->count; i++) {
        struct sb__op *op = &root->ops[i];
        if (!is_dirty(op))
            continue;
        if (umount2(op->target, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 ||
            !attach_tmpfs(fd, op, err))
            return sb__fail_errno(err, SB_HOST, "cannot make '%s' anew", op->target);
    }
    return true;
}
