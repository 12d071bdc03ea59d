#include "depot_folder.h"

#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

void depot_folder_init(struct depot_folder *folder, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--; /* the folder's own name comes last, for its parent's sync */
    *folder =
        (struct depot_folder){.path = pod_strf("%.*s", (int)length, path), .lock_fd = -1};
}

void depot_folder_release(struct depot_folder *folder)
{
    pod_cleanup_fd(&folder->lock_fd);
    free(folder->path);
    *folder = (struct depot_folder){.path = NULL, .lock_fd = -1};
}

bool depot_folder_get(const struct depot_folder *folder, const char *path,
                      uint64_t cap_bytes, struct depot_file *out, struct pod_error *err)
{
    pod_auto_free char *file = pod_path_join(folder->path, path);
    struct stat info;
    out->is_there = stat(file, &info) == 0;
    out->bytes.length = 0;
    if (!out->is_there)
        return errno == ENOENT || errno == ENOTDIR ||
               pod_fail_errno(err, errno == ELOOP ? POD_ENTRY : POD_HOST,
                              "cannot look for '%s'", file);
    if (!S_ISREG(info.st_mode))
        return pod_fail(err, POD_ENTRY, "'%s' is no file", file);
    if ((uint64_t)info.st_size > cap_bytes)
        return pod_fail(err, POD_ENTRY, "'%s' has more than %llu bytes", file,
                        (unsigned long long)cap_bytes);
    return pod_file_read(file, cap_bytes, &out->bytes, err);
}

/* The folder itself is locked, so that nothing of ours is left in it. */
static bool take_lock(struct depot_folder *folder, struct pod_error *err)
{
    if (folder->lock_fd >= 0)
        return true;
    if (!pod_dir_make(folder->path, err))
        return false;
    folder->lock_fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot open '%s'", folder->path);
    if (flock(folder->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return pod_fail(err, POD_HOST, "another podium publishes into '%s': wait for it",
                        folder->path);
    return pod_fail_errno(err, POD_HOST, "cannot lock '%s'", folder->path);
}

/* "PID-N" of a process that is gone: pod_file_write's. */
static bool is_left(const char *text)
{
    size_t pid = strspn(text, "0123456789");
    size_t dash = pid + (text[pid] == '-');
    size_t count = strspn(text + dash, "0123456789");
    if (pid == 0 || pid > 9 || dash == pid || count == 0 || text[dash + count] != '\0')
        return false;
    long number = strtol(text, NULL, 10); /* nine digits at most */
    return kill((pid_t)number, 0) != 0 && errno == ESRCH;
}

/* What pod_file_write of a podium that was killed left beside the file. */
static bool sweep(const char *parent, const char *file, struct pod_error *err)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    pod_auto_free char *beginning = pod_strf("%s.tmp-", strrchr(file, '/') + 1);
    if (!pod_dir_list(parent, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        pod_auto_free char *left = pod_path_join(parent, names.items[i]);
        if (strncmp(names.items[i], beginning, strlen(beginning)) == 0 &&
            is_left(names.items[i] + strlen(beginning)))
            (void)unlink(left); /* it is in nobody's way */
    }
    return true;
}

/* The folders on the way may be new, the depot's own too. */
static bool sync_parents(const struct depot_folder *folder, const char *file,
                         struct pod_error *err)
{
    pod_auto_free char *path = pod_strdup(file);
    size_t top = strlen(folder->path);
    for (char *slash; (slash = strrchr(path, '/')) != NULL && slash >= path + top;) {
        *slash = '\0';
        if (!pod_parent_sync(path, err))
            return false;
    }
    return true;
}

/* What is put goes below the folder and nowhere else; the folder itself may be a link. */
static bool check_links(const struct depot_folder *folder, const char *path,
                        struct pod_error *err)
{
    for (size_t length = strcspn(path, "/");;
         length += 1 + strcspn(path + length + 1, "/")) {
        pod_auto_free char *part = pod_strf("%s/%.*s", folder->path, (int)length, path);
        struct stat info;
        if (lstat(part, &info) == 0 && S_ISLNK(info.st_mode))
            return pod_fail(err, POD_HOST,
                            "'%s' is a link: nothing is published through one, remove it",
                            part);
        if (path[length] == '\0')
            return true;
    }
}

/* With the lock held, nobody comes between this look and the rename. */
static bool is_as_seen(const struct depot_folder *folder, const struct depot_item *item,
                       struct pod_error *err)
{
    depot_auto struct depot_file now = DEPOT_FILE_INIT;
    const struct depot_file *seen = item->seen;
    if (seen == NULL)
        return true;
    if (!depot_folder_get(folder, item->path, DEPOT_FILE_MAX, &now, err))
        return false;
    bool is_same = now.is_there == seen->is_there &&
                   now.bytes.length == seen->bytes.length &&
                   (now.bytes.length == 0 ||
                    memcmp(now.bytes.data, seen->bytes.data, now.bytes.length) == 0);
    return is_same ||
           pod_fail(err, POD_HOST, "cannot put '%s': " DEPOT_CONFLICT, item->path);
}

bool depot_folder_put(struct depot_folder *folder, const struct depot_item *item,
                      struct pod_error *err)
{
    pod_auto_free char *file = pod_path_join(folder->path, item->path);
    pod_auto_free char *parent = pod_strdup(file);
    *strrchr(parent, '/') = '\0';
    return take_lock(folder, err) && check_links(folder, item->path, err) &&
           is_as_seen(folder, item, err) && pod_dir_make(parent, err) &&
           sweep(parent, file, err) &&
           pod_file_write(file, item->bytes, item->length, err) &&
           sync_parents(folder, file, err);
}
