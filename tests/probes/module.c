/* expect: end=call call=finit_module guards=seccomp */
/* ATTACKS 141: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_finit_module, 0, "", 0);
    return 0;
}
