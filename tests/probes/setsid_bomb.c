/* expect: end=processes|cpu|wall cpu=0.5 wall=4 processes=32 max_ms=8000 */
/* ATTACKS 2: every child a new session, so that no process group holds them. */
#include "probe.h"

int main(void)
{
    for (;;)
        if (fork() < 0)
            doze(1);
        else
            setsid();
}
