/* expect: end=call call=settimeofday|clock_settime guards=seccomp */
/* ATTACKS 53: sets the clock that times it. */
#include "probe.h"

int main(void)
{
    struct timespec now = {0, 0};
    clock_settime(CLOCK_REALTIME, &now);
    return 0;
}
