/* expect: end=wall wall=0.4 */
/* ATTACKS 14: ignores every polite signal. */
#include "probe.h"

int main(void)
{
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_IGN);
    for (;;)
        pause();
}
