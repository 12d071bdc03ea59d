#include "scratch.h"

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
static bool make_folder(struct scratch *scratch, const char *base, struct pod_error *err)
{
    pod_auto_free char *fresh = pod_strf("%s/.podium-new-XXXXXX", base);
    if (mkdtemp(fresh) == NULL)
        return pod_fail_errno(err, POD_HOST, "cannot make a folder in '%s'", base);
    scratch->lock_fd = open(fresh, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (scratch->lock_fd < 0 || flock(scratch->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot lock '%s'", fresh);
    scratch->folder = pod_strf("%s/%s%s", base, PREFIX, fresh + strlen(fresh) - 6);
    if (rename(fresh, scratch->folder) == 0)
        return true;
    (void)rmdir(fresh); /* the first error is the one that counts */
    return pod_fail_errno(err, POD_HOST, "cannot rename '%s'", fresh);
}

static bool take_slot(struct scratch *scratch, struct pod_error *err)
{
    scratch->slot_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (scratch->slot_fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a socket");
    for (scratch->slot = 0; scratch->slot < SCRATCH_SLOTS; scratch->slot++) {
        struct sockaddr_un name = {.sun_family = AF_UNIX};
        int length = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "podium-slot-%u",
                              scratch->slot);
        socklen_t size =
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        if (bind(scratch->slot_fd, (struct sockaddr *)&name, size) == 0)
            return true;
        if (errno != EADDRINUSE)
            return pod_fail_errno(err, POD_HOST, "cannot bind a socket");
    }
    return pod_fail(err, POD_HOST, "%d jobs of podium run on this node already",
                    SCRATCH_SLOTS);
}

bool scratch_open(struct scratch *scratch, struct pod_error *err)
{
    *scratch = (struct scratch){.lock_fd = -1, .slot_fd = -1};
    const char *base = base_folder();
    sweep(base);
    return make_folder(scratch, base, err) && take_slot(scratch, err);
}

void scratch_close(struct scratch *scratch)
{
    struct pod_error ignored = POD_ERROR_INIT; /* what stays, the next job sweeps */
    if (scratch->folder != NULL)
        (void)pod_dir_remove(scratch->folder, &ignored);
    if (scratch->lock_fd >= 0)
        close(scratch->lock_fd);
    if (scratch->slot_fd >= 0)
        close(scratch->slot_fd);
    free(scratch->folder);
    *scratch = (struct scratch){.lock_fd = -1, .slot_fd = -1};
}
