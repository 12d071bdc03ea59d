/* expect: end=memory memory=32m needs=cgroup guards=cgroup */
/* ATTACKS 73: what waits in pipes is memory of the run. */
#include "probe.h"

int main(void)
{
    static char space[1 << 20];
    int ends[2];
    for (int i = 0; i < 20; i++) {
        if (fork() == 0)
            continue; /* the child takes as many again */
        for (int j = 0; j < 100 && pipe2(ends, O_NONBLOCK) == 0; j++)
            while (write(ends[1], space, 4096) == 4096)
                ;
        pause();
    }
    return 0;
}
