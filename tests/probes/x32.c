/* expect: end=call call=x32:getpid guards=seccomp */
/* ATTACKS 132: the x32 table. */
#include "probe.h"

int main(void)
{
    syscall(0x40000000 + SYS_getpid);
    return 0;
}
