/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 50, 115: the CPU clock of the init. What the init had to reap is in it, so that a
 * run of a worker could tell the next one how many tasks it left. Its own clocks are free.
 */
#include "probe.h"

int main(void)
{
    struct timespec t;
    for (int kind = 0; kind < 8; kind++) {
        clockid_t clock = (clockid_t)(~1u << 3 | (unsigned)kind);
        if (kind % 4 < 3 && clock_gettime(clock, &t) == 0)
            HOLE("the init has used %ld.%09ld s", (long)t.tv_sec, t.tv_nsec);
    }
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0 ||
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
        return 2;
    clockid_t own;
    return clock_getcpuclockid(getpid(), &own) == 0 && clock_gettime(own, &t) == 0 ? 0 : 3;
}
