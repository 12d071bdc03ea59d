/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 122: bpf by another door: a program on a socket, checked and compiled by the
 * kernel. */
#include <linux/filter.h>
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    struct sock_filter take = {0x06, 0, 0, 1};
    struct sock_fprog program = {1, &take};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0)
        HOLE("SO_ATTACH_FILTER");
    return 0;
}
