/* expect: end=exit exit=0 pin=0 guards=seccomp */
/* ATTACKS 55: moves off its processor. */
#include "probe.h"

int main(void)
{
    cpu_set_t all, own;
    if (sched_getaffinity(0, sizeof own, &own) != 0 || CPU_COUNT(&own) != 1 ||
        !CPU_ISSET(0, &own))
        HOLE("not pinned");
    memset(&all, 0xff, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) == 0 || errno != EPERM)
        HOLE("affinity changed");
    return 0;
}
