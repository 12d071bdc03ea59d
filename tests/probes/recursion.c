/* expect: end=signal signal=SEGV */
/* ATTACKS 31: the stack ends. */
#include "probe.h"

static int deep(volatile int n)
{
    volatile char space[4096];
    space[0] = (char)n;
    return n ? deep(n + 1) + space[0] : 0;
}

int main(void)
{
    return deep(1);
}
