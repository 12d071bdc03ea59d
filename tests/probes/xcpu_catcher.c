/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 15: goes on after SIGXCPU. */
#include "probe.h"

int main(void)
{
    signal(SIGXCPU, SIG_IGN);
    for (;;)
        ;
}
