/* expect: end=signal signal=ABRT */
/* ATTACKS 29, 30: a crash leaves no core. */
#include "probe.h"

int main(void)
{
    if (chdir("/out") != 0)
        return 1;
    abort();
}
