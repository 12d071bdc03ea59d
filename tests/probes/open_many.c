/* expect: end=exit exit=0 guards=rlimits */
/* ATTACKS 73: descriptors without end. */
#include "probe.h"

int main(void)
{
    int n = 0;
    while (dup(0) >= 0)
        if (++n > 300)
            HOLE("more than 256 descriptors");
    return 0;
}
