/* expect: end=exit exit=0 guards=rlimits */
/* ATTACKS 75: pins memory. */
#include "probe.h"

int main(void)
{
    char *p = calloc(4, 1 << 20);
    if (mlock(p, 4 << 20) == 0)
        HOLE("4 MiB locked");
    return 0;
}
