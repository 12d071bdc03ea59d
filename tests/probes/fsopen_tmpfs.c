/* expect: end=call call=fsopen guards=seccomp */
/* ATTACKS 129: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_fsopen, "tmpfs", 0);
    return 0;
}
