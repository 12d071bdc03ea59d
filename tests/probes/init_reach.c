/* expect: end=exit exit=0 without=seccomp|seccomp+landlock */
/* ATTACKS 24, 25, 26, 27: reaches for the init, which has the same uid. Without the filter
 * it is still not dumpable, and nobody else has a pid here. */
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "probe.h"

int main(void)
{
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {(void *)main, 1};
    if (ptrace(PTRACE_SEIZE, 1, 0, 0) == 0 || errno != EPERM)
        HOLE("PTRACE_SEIZE");
    if (process_vm_readv(1, &here, 1, &there, 1, 0) >= 0 || errno != EPERM)
        HOLE("process_vm_readv");
    if (process_vm_writev(1, &here, 1, &there, 1, 0) >= 0 || errno != EPERM)
        HOLE("process_vm_writev");
    if (syscall(SYS_kcmp, 1, getpid(), 2, 0, 0) >= 0 || errno != EPERM)
        HOLE("kcmp");
    int pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
    for (int fd = 0; fd < 16; fd++)
        if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0 || errno != EPERM)
            HOLE("descriptor %d of the init", fd);
    for (int pid = 2; pid < 40000; pid++)
        if (pid != getpid() && syscall(SYS_pidfd_open, pid, 0) >= 0)
            HOLE("pidfd of %d", pid);
    if (open("/proc/1/mem", O_RDWR) >= 0 || open("/proc/1/fd", O_RDONLY) >= 0)
        HOLE("/proc/1");
    return 0;
}
