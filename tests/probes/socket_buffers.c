/* expect: end=memory memory=32m needs=cgroup guards=cgroup */
/* ATTACKS 73: what waits in sockets is memory of the run. */
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    static char space[4096];
    int ends[2];
    for (int i = 0; i < 20; i++) {
        if (fork() == 0)
            continue; /* the child takes as many again */
        for (int j = 0;
             j < 100 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0; j++)
            while (write(ends[1], space, sizeof space) > 0)
                ;
        pause();
    }
    return 0;
}
