/* expect: end=signal signal=KILL */
/* ATTACKS 17: SIGKILL that is not the memory limit's. */
#include "probe.h"

int main(void)
{
    raise(SIGKILL);
    return 0;
}
