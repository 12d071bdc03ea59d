/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 41: spins; how far it got over its limit is not looked at. */
#include "../../probes/probe.h"

int main(void)
{
    for (;;)
        ;
}
