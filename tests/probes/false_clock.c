/* expect: end=cpu cpu=0.3 wall=8 cpu_over=0.3 stdout=0.000000 */
/* ATTACKS 59, 167: clocks of its own in place of the library's, and no vdso: whoever asks
 * the entry for its time is told that nothing was used. */
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/times.h>

#include "probe.h"

int clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    *time = (struct timespec){0, 0};
    return 0;
}

int getrusage(__rusage_who_t who, struct rusage *usage)
{
    (void)who;
    *usage = (struct rusage){0};
    return 0;
}

clock_t times(struct tms *times)
{
    *times = (struct tms){0};
    return 0;
}

int main(void)
{
    struct rusage usage;
    munmap((void *)getauxval(AT_SYSINFO_EHDR), 8192);
    for (volatile int i = 0; i < 10000000; i++)
        ;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 1;
    printf("%ld.%06ld s used\n", (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec);
    if (fflush(stdout) != 0)
        return 2;
    for (;;)
        ;
}
