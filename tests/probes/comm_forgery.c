/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 39: a name that fools who parses stat, so that its CPU time is not found. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_prctl, 15, ") R 1 1 1 1", 0, 0, 0) != 0)
        return 1;
    for (;;)
        ;
}
