/* expect: end=cpu cpu=0.3 wall=15 */
/* ATTACKS 48: works in the first half of each scheduler tick and sleeps over its end, where
 * accounting that takes samples would look. */
#include "probe.h"

static long now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(void)
{
    struct timespec tick;
    clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
    for (int i = 0; i < 10000; i++) {
        long coarse = now(CLOCK_MONOTONIC_COARSE), start = now(CLOCK_MONOTONIC);
        while (now(CLOCK_MONOTONIC) - start < tick.tv_nsec / 2)
            ;
        while (now(CLOCK_MONOTONIC_COARSE) == coarse)
            nanosleep(&(struct timespec){0, tick.tv_nsec / 8}, NULL);
    }
    return 0;
}
