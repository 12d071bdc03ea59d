/* expect: end=wall wall=1 idle=yes */
/* ATTACKS 42: sleeps for ever. */
#include "probe.h"

int main(void)
{
    for (;;)
        pause();
}
