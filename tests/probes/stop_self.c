/* expect: end=wall wall=1 idle=yes */
/* ATTACKS 9: a stopped process does not react to polite signals. */
#include "probe.h"

int main(void)
{
    raise(SIGSTOP);
    return 0;
}
