/* expect: end=memory memory=64m needs=cgroup */
/* ATTACKS 65: allocates and touches. */
#include "probe.h"

int main(void)
{
    for (;;) {
        char *p = malloc(1 << 20);
        if (!p)
            return 9;
        touch(p, 1 << 20);
    }
}
