#include "proc.h"

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

int sb__proc_mount(void)
{
    SB__FD int fs = fsopen("proc", FSOPEN_CLOEXEC);
    if (fs < 0 || fsconfig(fs, FSCONFIG_SET_STRING, "hidepid", "invisible", 0) != 0 ||
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
 * "others" to the files of proc, without a capability. */
static bool mask_one(int proc, const int covers[2], const char *name)
{
    struct stat st;
    if (fstatat(proc, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return true; /* listed, but not there: nothing to cover */
    if (S_ISLNK(st.st_mode) || (st.st_mode & 0007) == 0)
        return true;
    SB__FD int tree = open_tree(covers[S_ISDIR(st.st_mode) ? 0 : 1], "",
                                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    return tree >= 0 && move_mount(tree, "", proc, name, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

static bool mask_all(int folder, const int covers[2])
{
    _Alignas(struct entry) char names[8192];
    long n;
    while ((n = syscall(SYS_getdents64, folder, names, sizeof names)) > 0) {
        for (long used = 0; used < n;) {
            const struct entry *e = (const void *)(names + used);
            if (!is_shown(e->name) && !mask_one(folder, covers, e->name))
                return false;
            used += e->size;
        }
    }
    return n == 0;
}

bool sb__proc_mask(int proc, int empty_folder, int null_device)
{
    SB__FD int folder = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder >= 0 && mask_all(folder, (int[2]){empty_folder, null_device});
}
