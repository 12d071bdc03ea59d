/* expect: end=memory memory=32m tmp=256m needs=cgroup guards=cgroup */
/* ATTACKS 70: what lies in a tmpfs is memory of the run. */
#include "probe.h"

int main(void)
{
    static char space[1 << 16];
    int fd = open("/dev/shm/fill", O_CREAT | O_WRONLY, 0600);
    memset(space, 1, sizeof space);
    for (size_t n = 0; n < (200 << 20); n += sizeof space)
        if (write(fd, space, sizeof space) < 0)
            return 1;
    return 0;
}
