/* expect: end=call call=userfaultfd guards=seccomp */
/* ATTACKS 82: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_userfaultfd, 0);
    return 0;
}
