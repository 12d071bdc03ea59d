#include "burrow.h"

#include "base/buf.h"
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SLOTS = 1024 };

static const char PREFIX[] = "podium-work-";

static const char *base_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] == '/' && pod_path_is_dir(folder) ? folder : "/tmp";
}

/* Remove a folder that is ours and that nobody holds: its owner was killed. */
static void sweep_one(const char *path)
{
    struct pod_error ignored = POD_ERROR_INIT; /* the next job sweeps again */
    struct stat status;
    pod_auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        (void)pod_dir_remove(path, &ignored);
}

static void sweep(const char *base)
{
    struct pod_error ignored = POD_ERROR_INIT;
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(base, &names, &ignored))
        return;
    for (size_t i = 0; i < names.count; i++) {
        if (strncmp(names.items[i], PREFIX, sizeof PREFIX - 1) != 0)
            continue;
        pod_auto_free char *path = pod_path_join(base, names.items[i]);
        sweep_one(path);
    }
}

/* Locked before it gets the name that a sweep looks for. */
static bool dig(struct burrow *burrow, const char *base, struct pod_error *err)
{
    pod_auto_free char *fresh = pod_strf("%s/.podium-new-XXXXXX", base);
    if (mkdtemp(fresh) == NULL)
        return pod_fail_errno(err, POD_HOST, "cannot make a folder in '%s'", base);
    burrow->lock_fd = open(fresh, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (burrow->lock_fd < 0 || flock(burrow->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot lock '%s'", fresh);
    burrow->folder = pod_strf("%s/%s%s", base, PREFIX, fresh + strlen(fresh) - 6);
    if (rename(fresh, burrow->folder) == 0)
        return true;
    (void)rmdir(fresh); /* the first error is the one that counts */
    return pod_fail_errno(err, POD_HOST, "cannot rename '%s'", fresh);
}

static bool take_slot(struct burrow *burrow, struct pod_error *err)
{
    burrow->slot_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (burrow->slot_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a socket");
    for (burrow->slot = 0; burrow->slot < SLOTS; burrow->slot++) {
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "podium-slot-%u",
                              burrow->slot);
        socklen_t size =
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        if (bind(burrow->slot_fd, (struct sockaddr *)&name, size) == 0)
            return true;
        if (errno != EADDRINUSE)
            return pod_fail_errno(err, POD_HOST, "cannot bind a socket");
    }
    return pod_fail(err, POD_HOST, "%d jobs of podium run on this node already", SLOTS);
}

bool burrow_open(struct burrow *burrow, struct pod_error *err)
{
    *burrow = (struct burrow){.lock_fd = -1, .slot_fd = -1};
    const char *base = base_folder();
    sweep(base);
    return dig(burrow, base, err) && take_slot(burrow, err);
}

void burrow_close(struct burrow *burrow)
{
    struct pod_error ignored = POD_ERROR_INIT; /* what stays, the next job sweeps */
    if (burrow->folder != NULL)
        (void)pod_dir_remove(burrow->folder, &ignored);
    if (burrow->lock_fd >= 0)
        close(burrow->lock_fd);
    if (burrow->slot_fd >= 0)
        close(burrow->slot_fd);
    free(burrow->folder);
    *burrow = (struct burrow){.lock_fd = -1, .slot_fd = -1};
}
