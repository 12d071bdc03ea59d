/* expect: end=call call=setns guards=seccomp */
/* ATTACKS 128: loud. */
#include "probe.h"

int main(void)
{
    (void)setns(0, 0); /* does not come back */
    return 0;
}
