/* expect: end=call call=ptrace guards=seccomp */
/* ATTACKS 24: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_ptrace, 0, 0, 0, 0);
    return 0;
}
