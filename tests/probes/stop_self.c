/* expect: end=wall wall=0.4 idle=yes */
/* ATTACKS 9: a stopped process does not react to polite signals. */
#include "probe.h"

int main(void)
{
    raise(SIGSTOP);
    return 0;
}
