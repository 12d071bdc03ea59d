/* expect: end=call call=pidfd_getfd guards=seccomp */
/* ATTACKS 26: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_pidfd_getfd, 0, 0, 0);
    return 0;
}
