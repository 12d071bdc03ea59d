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

/* Where names are made: the folder of the last one, since many stand beside each other. */
struct site {
    int root;
    bool is_callers; /* the umask: a mode must be set again */
    int folder;      /* O_PATH, or -1 */
    const char *path;
    size_t length; /* of the folder's own path at the start of path; 0: the root */
};

/* Beneath the new root and through no link: a bound folder of the guest may hold any. */
static int open_beneath(int folder, const char *name)
{
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

static void leave_site(struct site *site)
{
    sb__close(&site->folder);
    site->length = 0;
}

/* A folder or an empty file, which may be there already. */
static bool make_node(const struct site *site, int folder, const char *name, bool is_folder)
{
    mode_t mode = is_folder ? 0755 : 0644;
    int made =
        is_folder ? mkdirat(folder, name, mode) : mknodat(folder, name, S_IFREG | mode, 0);
    if (made != 0)
        return errno == EEXIST;
    return !site->is_callers || fchmodat(folder, name, mode, 0) == 0;
}

static bool is_at(const struct site *site, const char *path, size_t length)
{
    return site->folder >= 0 && site->length == length &&
           memcmp(site->path, path, length) == 0;
}

/* Makes the folders of path, which is length long, and stays in the last. */
static bool go_down(struct site *site, const char *path, size_t length)
{
    leave_site(site);
    site->folder = open_beneath(site->root, ".");
    for (const char *part = path; part < path + length && site->folder >= 0;) {
        char name[256];
        size_t size = strcspn(part, "/");
        if (size >= sizeof name) {
            errno = ENAMETOOLONG;
            return false;
        }
        memcpy(name, part, size);
        name[size] = '\0';
        if (!make_node(site, site->folder, name, true))
            return false;
        int next = open_beneath(site->folder, name);
        sb__close(&site->folder);
        site->folder = next;
        part += size + 1;
    }
    site->path = path;
    site->length = length;
    return site->folder >= 0;
}

/* The folder that path belongs into, and its name there; -1 with errno. */
static int folder_of(struct site *site, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    *name = slash ? slash + 1 : path;
    if (!slash)
        return site->root;
    return is_at(site, path, length) || go_down(site, path, length) ? site->folder : -1;
}

static bool make_place(struct site *site, const char *path, bool is_folder)
{
    const char *name;
    int folder = folder_of(site, path, &name);
    return folder >= 0 && make_node(site, folder, name, is_folder);
}

static bool make_file(struct site *site, const char *path, const char *text)
{
    const char *name;
    int folder = folder_of(site, path, &name);
    SB__FD int fd = -1;
    if (folder < 0)
        return false;
    fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    return fd >= 0 && (!site->is_callers || fchmod(fd, 0644) == 0) &&
           sb__write_all(fd, text, strlen(text));
}

static bool make_link(struct site *site, const char *path, const char *text)
{
    const char *name;
    int folder = folder_of(site, path, &name);
    return folder >= 0 && symlinkat(text, folder, name) == 0;
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

/* Attaches the tree mount at path, which is made as what the tree is, folder or file, and
 * must not be a link. */
static bool attach(struct site *site, int mount, const char *path, bool is_folder)
{
    const char *name;
    int folder = folder_of(site, path, &name);
    if (folder < 0 || !make_node(site, folder, name, is_folder) ||
        move_mount(mount, "", folder, name, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        return false;
    if (is_folder)
        leave_site(site); /* what was beneath is covered now */
    return true;
}

/* Private as well: what the host mounts beneath a source later must not appear inside. */
static bool set_attr(int mount, unsigned flags, uint64_t attr)
{
    struct mount_attr set = {.attr_set = attr, .propagation = MS_PRIVATE};
    return mount_setattr(mount, "", AT_EMPTY_PATH | flags, &set, sizeof set) == 0;
}

static bool attach_bind(struct site *site, const struct sb__op *op)
{
    return set_attr(op->fd, AT_RECURSIVE, ATTR_DATA | MOUNT_ATTR_RDONLY) &&
           attach(site, op->fd, op->target + 1, op->is_folder);
}

/* Read-only does not keep a device from being written to, only its node from changes. */
static bool attach_device(struct site *site, const struct sb__op *op)
{
    return set_attr(op->fd, 0, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY) &&
           attach(site, op->fd, op->target + 1, false);
}

int sb__root_clone(int tree)
{
    return open_tree(tree, "",
                     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
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

static bool attach_tmpfs(struct site *site, struct sb__op *op, struct sb_error *err)
{
    SB__FD int mount = make_tmpfs(op->size_bytes, op->inodes, op->mode);
    if (mount < 0 || !attach(site, mount, op->target + 1, true))
        return false;
    sb__close(&op->folder);
    op->folder = openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (op->folder < 0)
        return false;
    if (op->kind == SB__OP_COPY && !fill_copy(op->fd, op->folder, op->target, err))
        return false;
    return fstat(op->folder, &op->fresh) == 0;
}

static bool attach_proc(struct site *site, struct sb__op *op)
{
    SB__FD int proc = sb__proc_mount(op->shows_pids_only);
    if (proc < 0 || !attach(site, proc, op->target + 1, true))
        return false;
    op->folder = sb__steal(&proc);
    return true;
}

static bool carry_out(struct site *site, struct sb__op *op, struct sb_error *err)
{
    switch (op->kind) {
    case SB__OP_FOLDER:
        return make_place(site, op->target + 1, true);
    case SB__OP_FILE:
        return make_file(site, op->target + 1, op->source);
    case SB__OP_LINK:
        return make_link(site, op->target + 1, op->source);
    case SB__OP_BIND:
        return attach_bind(site, op);
    case SB__OP_DEVICE:
        return attach_device(site, op);
    case SB__OP_TMPFS:
    case SB__OP_COPY:
        return attach_tmpfs(site, op, err);
    case SB__OP_PROC:
        return attach_proc(site, op);
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

/* The new root needs a place in the mount tree before this namespace can attach anything to
 * it; /usr is there on every host, and its own clone has been made. */
static int start_root(struct sb__root *root)
{
    struct mount_attr own = {.propagation = MS_PRIVATE};
    if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &own, sizeof own) != 0)
        return -1;
    SB__FD int fd = root->tree >= 0 ? sb__steal(&root->tree)
                                    : make_tmpfs(ROOT_BYTES, ROOT_INODES, 0755);
    if (fd < 0 || move_mount(fd, "", AT_FDCWD, NEW_ROOT, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        return -1;
    return sb__steal(&fd);
}

static bool seal(int root)
{
    return set_attr(root, 0, MOUNT_ATTR_RDONLY | ATTR_DATA);
}

static bool fail_at(const struct sb__op *op, struct sb_error *err)
{
    return sb__fail_errno(err, SB_HOST, "cannot make '%s' in the new root", op->target);
}

static bool carry_out_all(struct site *site, struct sb__root *root, bool has_fixed,
                          struct sb_error *err)
{
    bool is_done = true;
    for (size_t i = 0; i < root->count && is_done; i++) {
        struct sb__op *op = &root->ops[i];
        if (!(has_fixed && op->is_fixed))
            is_done = carry_out(site, op, err) || fail_at(op, err);
    }
    leave_site(site);
    return is_done;
}

bool sb__root_enter(struct sb__root *root, struct sb_error *err)
{
    bool has_fixed = root->tree >= 0;
    SB__FD int fd = start_root(root);
    struct site site = {.root = fd, .folder = -1};
    if (fd < 0)
        return sb__fail_errno(err, SB_HOST, "cannot make a new root");
    if (!carry_out_all(&site, root, has_fixed, err))
        return false;
    if ((!has_fixed && !seal(fd)) || !mask_proc(root) || !pivot(fd))
        return sb__fail_errno(err, SB_HOST, "cannot enter the new root");
    for (size_t i = 0; i < root->count; i++)
        if (root->ops[i].kind != SB__OP_COPY)
            sb__close(&root->ops[i].fd);
    return true;
}

/* What is beneath a mount of the launch's own has its place in that. */
static bool assemble_one(struct site *site, struct sb__root *root, size_t i,
                         struct sb_error *err)
{
    struct sb__op *op = &root->ops[i];
    bool is_done = true;
    if (op->is_fixed)
        is_done = carry_out(site, op, err);
    else if (!sb__root_is_nested(root, i))
        is_done = make_place(site, op->target + 1, op->is_folder);
    if (op->is_fixed && is_done)
        sb__close(&op->fd);
    return is_done || fail_at(op, err);
}

int sb__root_assemble(struct sb__root *root, struct sb_error *err)
{
    SB__FD int fd = make_tmpfs(ROOT_BYTES, ROOT_INODES, 0755);
    struct site site = {.root = fd, .is_callers = true, .folder = -1};
    bool is_done = fd >= 0 || sb__fail_errno(err, SB_HOST, "cannot make a new root");
    for (size_t i = 0; i < root->count && is_done; i++)
        is_done = assemble_one(&site, root, i, err);
    leave_site(&site);
    if (!is_done)
        return -1;
    if (seal(fd))
        return sb__steal(&fd);
    sb__fail_errno(err, SB_HOST, "cannot seal the new root");
    return -1;
}

int sb__root_can_assemble(void)
{
    SB__FD int tree = make_tmpfs(ROOT_BYTES, ROOT_INODES, 0755);
    SB__FD int mount = make_tmpfs(ROOT_BYTES, ROOT_INODES, 0755);
    SB__FD int clone = -1;
    if (tree < 0 || mount < 0 || mkdirat(tree, "a", 0755) != 0)
        return -1;
    if (move_mount(mount, "", tree, "a", MOVE_MOUNT_F_EMPTY_PATH) == 0)
        clone = sb__root_clone(tree);
    return clone >= 0 ? 1 : errno == EINVAL ? 0 : -1;
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
    struct site site = {.root = fd, .folder = -1};
    for (size_t i = 0; i < root->count; i++) {
        struct sb__op *op = &root->ops[i];
        if (!is_dirty(op))
            continue;
        if (umount2(op->target, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 ||
            !attach_tmpfs(&site, op, err))
            return sb__fail_errno(err, SB_HOST, "cannot make '%s' anew", op->target);
    }
    return true;
}
