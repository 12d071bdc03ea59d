/* expect: end=exit exit=0 needs=scopes guards=landlock */
/* ATTACKS 12, 13: the init is outside the Landlock domain: no signal reaches it. */
#include "probe.h"

int main(void)
{
    if (kill(1, 0) == 0 || errno != EPERM)
        HOLE("kill(1, 0)");
    if (kill(getppid(), SIGTERM) == 0)
        HOLE("kill(parent)");
    return 0;
}
