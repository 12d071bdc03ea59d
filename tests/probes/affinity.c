/* expect: end=exit exit=0 pin=0 guards=seccomp */
/* ATTACKS 55: moves off its processor. */
#include "probe.h"

int main(void)
{
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) == 0 || errno != EPERM)
        HOLE("affinity changed");
    return 0;
}
