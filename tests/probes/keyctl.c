/* expect: end=call call=keyctl guards=seccomp */
/* ATTACKS 124: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_keyctl, 0, -3, 1, 0, 0);
    return 0;
}
