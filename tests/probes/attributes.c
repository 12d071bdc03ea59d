/* expect: end=exit exit=0 collect=ok guards=seccomp */
/* ATTACKS 106, 135: attributes that outlast or hinder the removal of a file. The answer
 * comes before the kernel looks at a pointer. */
#include "probe.h"

int main(void)
{
    long flags = 0x10 /* FS_IMMUTABLE_FL */;
    int fd = open("/out/f", O_CREAT | O_RDWR, 0600);
    if (syscall(SYS_setxattr, NULL, NULL, NULL, 0, 0) == 0 || errno != EOPNOTSUPP)
        HOLE("setxattr");
    if (syscall(SYS_fsetxattr, fd, "user.x", "x", 1, 0) == 0 || errno != EOPNOTSUPP)
        HOLE("fsetxattr");
    if (syscall(SYS_ioctl, fd, 0x40086602 /* FS_IOC_SETFLAGS */, &flags) == 0 ||
        errno != ENOTTY)
        HOLE("FS_IOC_SETFLAGS");
    return 0;
}
