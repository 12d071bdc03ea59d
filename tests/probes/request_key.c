/* expect: end=call call=request_key guards=seccomp */
/* ATTACKS 125: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_request_key, "user", "mail", NULL, -3);
    return 0;
}
