/* expect: end=memory memory=64m needs=cgroup */
/* ATTACKS 68: a large array of zeros, touched. */
#include "probe.h"

static volatile char array[200 << 20];

int main(void)
{
    for (size_t i = 0; i < sizeof array; i += 4096)
        array[i] = 1;
    return 0;
}
