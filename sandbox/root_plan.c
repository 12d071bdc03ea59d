#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

enum { TEXT_BYTES = 2048 }; /* of some ten links, of twenty bytes as a rule */

/* What every guest sees. Java reads its configuration below /etc. */
static const struct sb__op defaults[] = {
    {.kind = SB__OP_BIND, .target = "/usr", .source = "/usr"},
    {.kind = SB__OP_AS_HOST, .target = "/bin"},
    {.kind = SB__OP_AS_HOST, .target = "/sbin"},
    {.kind = SB__OP_AS_HOST, .target = "/lib"},
    {.kind = SB__OP_AS_HOST, .target = "/lib32"},
    {.kind = SB__OP_AS_HOST, .target = "/lib64"},
    {.kind = SB__OP_AS_HOST, .target = "/etc/ld.so.cache"},
    {.kind = SB__OP_AS_HOST, .target = "/etc/alternatives"},
    {.kind = SB__OP_AS_HOST, .target = "/etc/localtime"},
    {.kind = SB__OP_AS_HOST, .target = "/etc/java-17-openjdk"},
    {.kind = SB__OP_FILE,
     .target = "/etc/passwd",
     .source = "guest:x:1000:1000:guest:/tmp:/bin/sh\n"},
    {.kind = SB__OP_FILE, .target = "/etc/group", .source = "guest:x:1000:\n"},
    {.kind = SB__OP_DEVICE, .target = "/dev/null", .source = "/dev/null"},
    {.kind = SB__OP_DEVICE, .target = "/dev/zero", .source = "/dev/zero"},
    {.kind = SB__OP_DEVICE, .target = "/dev/full", .source = "/dev/full"},
    {.kind = SB__OP_DEVICE, .target = "/dev/random", .source = "/dev/random"},
    {.kind = SB__OP_DEVICE, .target = "/dev/urandom", .source = "/dev/urandom"},
    {.kind = SB__OP_LINK, .target = "/dev/fd", .source = "/proc/self/fd"},
    {.kind = SB__OP_LINK, .target = "/dev/stdin", .source = "/proc/self/fd/0"},
    {.kind = SB__OP_LINK, .target = "/dev/stdout", .source = "/proc/self/fd/1"},
    {.kind = SB__OP_LINK, .target = "/dev/stderr", .source = "/proc/self/fd/2"},
    {.kind = SB__OP_TMPFS, .target = "/dev/shm", .mode = 01777},
    {.kind = SB__OP_TMPFS, .target = "/tmp", .mode = 01777},
    {.kind = SB__OP_FOLDER, .target = "/var/empty"},
    {.kind = SB__OP_PROC, .target = "/proc"},
};

/* 1: resolved, 0: the host has no such thing, -1: errno. */
static int resolve_as_host(struct sb__root *root, struct sb__op *op)
{
    char *text = root->text + root->text_used;
    size_t left = TEXT_BYTES - root->text_used;
    ssize_t n = readlink(op->target, text, left);
    op->source = op->target;
    op->kind = SB__OP_BIND;
    if (n < 0)
        return errno == EINVAL ? 1 : errno == ENOENT ? 0 : -1; /* EINVAL: not a link */
    if ((size_t)n == left) {
        errno = ENAMETOOLONG;
        return -1;
    }
    text[n] = '\0';
    root->text_used += (size_t)n + 1;
    op->source = text;
    op->kind = SB__OP_LINK;
    return 1;
}

static bool add_default(struct sb__root *root, const struct sb_spec *spec,
                        const struct sb__op *model, struct sb_error *err)
{
    struct sb__op op = *model;
    op.fd = op.folder = -1;
    op.is_folder = op.kind == SB__OP_TMPFS || op.kind == SB__OP_PROC;
    op.is_fixed = !op.is_folder;
    op.shows_pids_only = spec->proc == SB_PROC_PIDS;
    if (op.kind == SB__OP_TMPFS) {
        op.size_bytes = spec->tmp_bytes;
        op.inodes = spec->tmp_inodes;
    }
    if (op.kind == SB__OP_AS_HOST) {
        int rc = resolve_as_host(root, &op);
        if (rc < 0)
            return sb__fail_errno(err, SB_HOST, "cannot look at '%s'", op.target);
        if (rc == 0)
            return true;
    }
    root->ops[root->count++] = op;
    return true;
}

static void add_mount(struct sb__root *root, const struct sb_mount *mount)
{
    static const enum sb__op_kind kinds[] = {
        [SB_MOUNT_BIND] = SB__OP_BIND,
        [SB_MOUNT_TMPFS] = SB__OP_TMPFS,
        [SB_MOUNT_COPY] = SB__OP_COPY,
    };
    root->ops[root->count++] = (struct sb__op){.kind = kinds[mount->kind],
                                               .target = mount->target,
                                               .source = mount->source,
                                               .size_bytes = mount->size_bytes,
                                               .inodes = mount->inodes,
                                               .mode = 0755,
                                               .is_kept = mount->is_kept,
                                               .is_folder = mount->kind != SB_MOUNT_BIND,
                                               .fd = -1,
                                               .folder = -1};
}

/* With a uid of its own the guest is "others" to the host's files. */
static bool check_readable(const struct sb__op *op, struct sb_error *err)
{
    mode_t needed = S_ISDIR(op->source_mode) ? 0005 : 0004;
    if ((op->source_mode & needed) != needed)
        return sb__fail(err, SB_SPEC,
                        "mount '%s': source '%s' has mode %04o, others must be allowed to "
                        "read it",
                        op->target, op->source, (unsigned)op->source_mode & 07777);
    return true;
}

static bool has_source(const struct sb__op *op)
{
    return op->kind == SB__OP_BIND || op->kind == SB__OP_DEVICE || op->kind == SB__OP_COPY;
}

static bool open_source(struct sb__op *op, struct sb_error *err)
{
    struct stat st;
    op->fd =
        open_tree(AT_FDCWD, op->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (op->fd >= 0 && fstat(op->fd, &st) == 0) {
        op->source_mode = st.st_mode;
        op->is_folder = op->kind == SB__OP_COPY || S_ISDIR(st.st_mode);
        return true;
    }
    enum sb_fault fault = errno == ENOENT || errno == ENOTDIR ? SB_SPEC : SB_HOST;
    return sb__fail_errno(err, fault, "mount '%s': source '%s'", op->target, op->source);
}

bool sb__root_open_sources(struct sb__root *root, struct sb_error *err)
{
    for (size_t i = 0; i < root->count; i++) {
        struct sb__op *op = &root->ops[i];
        bool is_there = op->fd >= 0 || (op->is_fixed && root->tree >= 0);
        if (has_source(op) && !is_there && !open_source(op, err))
            return false;
    }
    return true;
}

bool sb__root_open_as_root(struct sb__root *root, bool is_fixed, struct sb_error *err)
{
    for (size_t i = 0; i < root->count; i++) {
        struct sb__op *op = &root->ops[i];
        if (has_source(op) && op->is_fixed == is_fixed &&
            (!open_source(op, err) || !check_readable(op, err)))
            return false;
    }
    return true;
}

static bool is_beneath(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

bool sb__root_is_nested(const struct sb__root *root, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (!root->ops[j].is_fixed && is_beneath(root->ops[i].target, root->ops[j].target))
            return true;
    return false;
}

static bool has_mount_beneath_writable(const struct sb__root *root)
{
    const char *writable[SB__MAX_OPS];
    size_t count = sb__root_writable(root, writable, SB__MAX_OPS);
    for (size_t i = 0; i < root->count; i++)
        for (size_t j = 0; j < count; j++)
            if (is_beneath(root->ops[i].target, writable[j]))
                return true;
    return false;
}

bool sb__root_plan(struct sb__root *root, const struct sb_spec *spec, struct sb_error *err)
{
    const size_t default_count = sizeof defaults / sizeof *defaults;
    *root = (struct sb__root){.tree = -1};
    if (default_count + spec->mount_count > SB__MAX_OPS)
        return sb__fail(err, SB_SPEC, "mounts: %zu are too many", spec->mount_count);
    root->ops = malloc((default_count + spec->mount_count) * sizeof *root->ops);
    root->text = malloc(TEXT_BYTES);
    if (!root->ops || !root->text)
        return sb__fail(err, SB_HOST, "out of memory");
    for (size_t i = 0; i < default_count; i++)
        if (!add_default(root, spec, &defaults[i], err))
            return false;
    for (size_t i = 0; i < spec->mount_count; i++)
        add_mount(root, &spec->mounts[i]);
    root->is_renewable = !has_mount_beneath_writable(root);
    return true;
}

void sb__root_release(struct sb__root *root)
{
    sb__close(&root->tree);
    for (size_t i = 0; i < root->count; i++)
        sb__close(&root->ops[i].fd);
    for (size_t i = 0; i < root->count; i++)
        sb__close(&root->ops[i].folder);
}

void sb__root_free(struct sb__root *root)
{
    free(root->ops);
    free(root->text);
    *root = (struct sb__root){.tree = -1};
}

size_t sb__root_writable(const struct sb__root *root, const char **paths, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < root->count && n < size; i++)
        if (root->ops[i].kind == SB__OP_TMPFS || root->ops[i].kind == SB__OP_COPY)
            paths[n++] = root->ops[i].target;
    return n;
}
