/* expect: end=call call=add_key guards=seccomp */
/* ATTACKS 125: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_add_key, "user", "mail", "x", 1, -3);
    return 0;
}
