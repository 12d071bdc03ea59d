/* expect: end=exit exit=0 */
/* What the supervisor ignores or blocks is not ignored or blocked inside. */
#include "../../probes/probe.h"

int main(void)
{
    sigset_t blocked;
    for (int sig = 1; sig < 32; sig++) {
        struct sigaction now;
        if (sigaction(sig, NULL, &now) == 0 && now.sa_handler != SIG_DFL)
            HOLE("signal %d is not as it should be", sig);
    }
    if (sigprocmask(SIG_SETMASK, NULL, &blocked) != 0 || !sigisemptyset(&blocked))
        HOLE("signals are blocked");
    return 0;
}
