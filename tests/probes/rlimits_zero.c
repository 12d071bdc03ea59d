/* expect: end=exit exit=0 guards=rlimits */
/* ATTACKS 30, 54, 149: hard limits of nothing. */
#include <sys/resource.h>

#include "probe.h"

int main(void)
{
    static const int resources[] = {RLIMIT_CORE, RLIMIT_MSGQUEUE, RLIMIT_NICE,
                                    RLIMIT_RTPRIO};
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        struct rlimit limit;
        if (getrlimit(resources[i], &limit) != 0 || limit.rlim_max != 0)
            HOLE("limit %d", resources[i]);
    }
    return 0;
}
