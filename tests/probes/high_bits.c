/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 134: arguments of 32 bits with something in the upper half, which the kernel
 * drops and a careless filter compares. */
#include <sys/prctl.h>
#include <sys/socket.h>

#include "probe.h"

#define HIGH 0x7fffffff00000000L

int main(void)
{
    char c = 'x';
    if (syscall(SYS_socket, HIGH | AF_INET, SOCK_STREAM, 0) >= 0 || errno != EACCES)
        HOLE("socket");
    if (syscall(SYS_ioctl, HIGH, HIGH | 0x5412, &c) == 0 || errno != ENOTTY)
        HOLE("ioctl TIOCSTI");
    if (syscall(SYS_ioctl, HIGH, HIGH | 0x541c, &c) == 0 || errno != ENOTTY)
        HOLE("ioctl TIOCLINUX");
    if (syscall(SYS_prctl, HIGH | PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ||
        errno != EINVAL)
        HOLE("prctl");
    if (syscall(SYS_personality, HIGH | 0x40000) >= 0 || errno != EPERM)
        HOLE("personality");
    if (syscall(SYS_arch_prctl, HIGH | 0x1001 /* ARCH_SET_GS */, 0) == 0 || errno != EINVAL)
        HOLE("arch_prctl");
    if (syscall(SYS_prctl, HIGH | PR_GET_DUMPABLE, 0, 0, 0, 0) < 0 ||
        syscall(SYS_socket, HIGH | AF_UNIX, SOCK_STREAM, 0) < 0)
        return 2; /* what is allowed is so in every spelling */
    return 0;
}
