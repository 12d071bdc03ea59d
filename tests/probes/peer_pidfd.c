/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 27: a pidfd of whoever made a socket: over a wire that is the supervisor. */
#include <sys/socket.h>

#include "probe.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

int main(void)
{
    int ends[2], value, size = sizeof value;
    socklen_t length = sizeof value;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return 2;
    if (syscall(SYS_getsockopt, ends[0], SOL_SOCKET, SO_PEERPIDFD, &value, &size) == 0 ||
        errno != ENOPROTOOPT)
        HOLE("SO_PEERPIDFD");
    return getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &value, &length) == 0 ? 0 : 3;
}
