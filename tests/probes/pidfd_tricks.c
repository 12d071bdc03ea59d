/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 27: no pidfd can be opened, or signalled through. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_pidfd_open, getpid(), 0) >= 0 || errno != ENOSYS)
        HOLE("pidfd_open");
    if (syscall(SYS_pidfd_send_signal, 0, 0, NULL, 0) == 0 || errno != ENOSYS)
        HOLE("pidfd_send_signal");
    return 0;
}
