/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 143, 144: no family but AF_UNIX, also with the upper half of the argument set. */
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    static const int families[] = {AF_INET,   AF_INET6, AF_NETLINK,
                                   AF_PACKET, AF_VSOCK, AF_ALG};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (socket(families[i], SOCK_STREAM, 0) >= 0 || errno != EACCES)
            HOLE("socket family %d", families[i]);
    if (syscall(SYS_socket, 0x100000000L + AF_INET, SOCK_STREAM, 0) >= 0)
        HOLE("socket family with high bits");
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}
