#include "tree.h"

#include "base/buf.h"
#include "base/fs.h"
#include "member.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool count_one(struct tree *tree, struct pod_error *err)
{
    if (++tree->files <= tree->files_max)
        return true;
    return pod_fail(err, POD_ENTRY, "holds more than %llu files and folders",
                    (unsigned long long)tree->files_max);
}

static bool fail_path(const char *path, struct pod_error *err)
{
    switch (errno) {
    case EEXIST:
        return pod_fail(err, POD_ENTRY, "is there twice");
    case ENOTDIR:
    case EISDIR:
        return pod_fail(err, POD_ENTRY, "is a file and a folder, or lies below a file");
    default:
        return pod_fail_errno(err, POD_HOST, "cannot make \"%s\"", path);
    }
}

static bool is_folder(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool make_folder(struct tree *tree, const char *path, struct pod_error *err)
{
    if (mkdir(path, 0755) == 0)
        return count_one(tree, err);
    if (errno != EEXIST)
        return fail_path(path, err);
    errno = ENOTDIR;
    return is_folder(path) || fail_path(path, err);
}

static bool make_parents(struct tree *tree, const char *path, struct pod_error *err)
{
    char part[MEMBER_PATH_MAX + 1] = "";
    for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
        memcpy(part, path, (size_t)(at - path));
        part[at - path] = '\0';
        if (!make_folder(tree, part, err))
            return false;
    }
    return true;
}

bool tree_folder(struct tree *tree, const char *path, struct pod_error *err)
{
    return make_parents(tree, path, err) && make_folder(tree, path, err);
}

int tree_file(struct tree *tree, const char *path, bool is_executable,
              struct pod_error *err)
{
    static const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    mode_t mode = is_executable ? 0755 : 0644;
    pod_auto_fd int fd = open(path, flags, mode);
    if (fd < 0 && errno == ENOENT) {
        if (!make_parents(tree, path, err))
            return -1;
        fd = open(path, flags, mode);
    }
    if (fd < 0)
        fail_path(path, err);
    else if (count_one(tree, err))
        return pod_steal_fd(&fd);
    return -1;
}

/* Settling. */

static const char manifest[] = "entry.json";

static bool has_manifest(const char *folder)
{
    pod_auto_free char *path = pod_path_join(folder, manifest);
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The folder's own name may be that of something in it, so it steps aside first; no member
 * has a backslash in its name. */
static bool lift(const char *folder, struct pod_error *err)
{
    static const char aside[] = "\\";
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (rename(folder, aside) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot rename \"%s\"", folder);
    if (!pod_dir_list(aside, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        pod_auto_free char *from = pod_path_join(aside, names.items[i]);
        if (rename(from, names.items[i]) != 0)
            return pod_fail_errno(err, POD_HOST, "cannot rename \"%s\"", names.items[i]);
    }
    if (rmdir(aside) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot remove \"%s\"", folder);
    return true;
}

bool tree_settle(struct pod_error *err)
{
    if (has_manifest("."))
        return true;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(".", &names, err))
        return false;
    if (names.count == 1 && has_manifest(names.items[0]))
        return lift(names.items[0], err);
    for (size_t i = 0; i < names.count; i++)
        if (has_manifest(names.items[i]))
            return pod_fail(err, POD_ENTRY,
                            "entry.json is in \"%s\", but \"%s\" lies beside it: pack that "
                            "folder alone",
                            names.items[i], names.items[i == 0]);
    return pod_fail(err, POD_ENTRY,
                    "no entry.json at its top, nor in a single folder at its top");
}
