/* expect: end=wall wall=0.4 idle=yes */
/* ATTACKS 4: a vfork that never execs holds its parent. */
#include "probe.h"

int main(void)
{
    if (vfork() == 0)
        for (;;)
            pause();
    return 0;
}
