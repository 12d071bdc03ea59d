/* expect: end=exit exit=7 without=none|landlock|landlock+seccomp */
/* ATTACKS 10, 12: each signal there is to pid 1. Without a Landlock scope the kernel's rule
 * alone holds: an init takes no signal that it has no handler for, not even SIGSTOP. */
#include "probe.h"

int main(void)
{
    for (int sig = 1; sig < NSIG; sig++)
        kill(1, sig);
    doze(20);
    return 7;
}
