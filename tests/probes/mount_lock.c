/* expect: end=exit exit=0 without=seccomp|seccomp+landlock */
/* ATTACKS 37, 111, 126, 128, 129: without the filter there is still no capability for any
 * mount or root, and the namespace allows no further one inside. */
#include <linux/mount.h>

#include "probe.h"

static void refuse(const char *name, long result)
{
    if (result >= 0 || (errno != EPERM && errno != ENOSPC && errno != EACCES))
        HOLE("%s", name);
}

int main(void)
{
    static const int spaces[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,    CLONE_NEWNET,
                                 CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP, 0x80};
    struct mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};
    refuse("mount", syscall(SYS_mount, "t", "/tmp", "tmpfs", 0, NULL));
    refuse("binfmt_misc", syscall(SYS_mount, "b", "/tmp", "binfmt_misc", 0, NULL));
    refuse("umount2", syscall(SYS_umount2, "/proc", 2));
    refuse("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
    refuse("chroot", syscall(SYS_chroot, "/tmp"));
    refuse("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE));
    refuse("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    refuse("fspick", syscall(SYS_fspick, AT_FDCWD, "/", 0));
    refuse("mount_setattr",
           syscall(SYS_mount_setattr, AT_FDCWD, "/usr", 0, &attr, sizeof attr));
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        refuse("unshare", unshare(spaces[i]));
    if (syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) == 0)
        HOLE("clone with CLONE_NEWUSER");
    int own = open("/proc/self/ns/mnt", O_RDONLY);
    refuse("setns", setns(own, 0));
    return 0;
}
