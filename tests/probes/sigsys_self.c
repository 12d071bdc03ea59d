/* expect: end=signal signal=SYS */
/* ATTACKS 18: SIGSYS without a refused call. */
#include "probe.h"

int main(void)
{
    raise(SIGSYS);
    return 0;
}
