/* expect: end=memory memory=64m file=1024m needs=cgroup guards=cgroup */
/* ATTACKS 71: memory in an unlinked memfd. */
#include "probe.h"

int main(void)
{
    static char space[1 << 20];
    int fd = memfd_create("hoard", 0);
    memset(space, 1, sizeof space);
    for (int i = 0; i < 200; i++)
        if (write(fd, space, sizeof space) < 0)
            return 9;
    return 0;
}
