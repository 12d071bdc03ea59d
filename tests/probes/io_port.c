/* expect: end=call call=iopl guards=seccomp */
/* ATTACKS 140: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_iopl, 3);
    return 0;
}
