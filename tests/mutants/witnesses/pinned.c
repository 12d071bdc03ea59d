/* expect: end=exit exit=0 pin=0 */
/* ATTACKS 55: runs on the processor that it was given only. */
#include "../../probes/probe.h"

int main(void)
{
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof cpus, &cpus) != 0)
        return 2;
    if (CPU_COUNT(&cpus) != 1 || !CPU_ISSET(0, &cpus))
        HOLE("%d processors", CPU_COUNT(&cpus));
    return 0;
}
