/* expect: end=exit exit=0 */
/* ATTACKS 74: fills the kernel with queued signals. */
#include "../../probes/probe.h"

int main(void)
{
    sigset_t all;
    int n = 0;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    while (sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0)
        if (++n > 2000)
            HOLE("%d signals are queued", n);
    return errno == EAGAIN ? 0 : 1;
}
