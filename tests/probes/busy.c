/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 41: spins. */
#include "probe.h"

int main(void)
{
    for (;;)
        ;
}
