/* expect: end=exit exit=0 guards=rlimits */
/* ATTACKS 13, 74: queued signals are kernel memory; there is an end to them. */
#include "probe.h"

int main(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (int i = 0; i < 1100; i++)
        if (sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}) != 0)
            return errno == EAGAIN ? 0 : 1;
    HOLE("1100 signals queued");
}
