#include "proc.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io.h"

static const char *const shown[] = {"cpuinfo", "meminfo", "stat", "filesystems", "uptime"};

#define ATTR_PROC                                                                          \
    (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

struct entry {
    uint64_t ino;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

int sb__proc_mount(bool shows_pids_only)
{
    SB__FD int fs = fsopen("proc", FSOPEN_CLOEXEC);
    if (fs < 0 || fsconfig(fs, FSCONFIG_SET_STRING, "hidepid", "invisible", 0) != 0 ||
        (shows_pids_only && fsconfig(fs, FSCONFIG_SET_STRING, "subset", "pid", 0) != 0) ||
        fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return -1;
    return fsmount(fs, FSMOUNT_CLOEXEC, ATTR_PROC);
}

static bool is_shown(const char *name)
{
    if (name[0] >= '0' && name[0] <= '9')
        return true;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (strcmp(name, shown[i]) == 0)
            return true;
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Links lead into the pid folders. What others may not open needs no cover: the guest is
 * "others" to the files of proc, without a capability. The old mount call is one call where
 * the new ones are three, and there are some forty names. */
static bool mask_one(const struct entry *e, const char *const covers[2])
{
    struct stat st;
    if (e->type == DT_LNK || lstat(e->name, &st) != 0 || (st.st_mode & 0007) == 0)
        return true; /* also if it is listed, but not there */
    return mount(covers[!S_ISDIR(st.st_mode)], e->name, NULL, MS_BIND, NULL) == 0;
}

static bool mask_all(int folder, const char *const covers[2])
{
    _Alignas(struct entry) char names[8192];
    long n;
    while ((n = syscall(SYS_getdents64, folder, names, sizeof names)) > 0) {
        for (long used = 0; used < n;) {
            const struct entry *e = (const void *)(names + used);
            if (!is_shown(e->name) && !mask_one(e, covers))
                return false;
            used += e->size;
        }
    }
    return n == 0;
}

bool sb__proc_mask(int proc, const char *empty_folder, const char *null_device)
{
    SB__FD int folder = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder >= 0 && fchdir(folder) == 0 &&
           mask_all(folder, (const char *const[2]){empty_folder, null_device});
}
