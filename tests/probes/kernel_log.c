/* expect: end=call call=syslog guards=seccomp */
/* ATTACKS 142: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_syslog, 3, NULL, 0);
    return 0;
}
