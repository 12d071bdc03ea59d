/* expect: end=cpu cpu=0.3 wall=8 cpu_over=0.3 cpu_under=1 */
/* ATTACKS 41, 61: spins. A limit in whole seconds would let it go on. */
#include "probe.h"

int main(void)
{
    for (;;)
        ;
}
