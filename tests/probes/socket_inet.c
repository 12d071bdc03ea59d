/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 143, 144: no family but AF_UNIX, whichever there may be, also with the upper half
 * of the argument set. */
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    for (int family = 0; family < 64; family++)
        for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
            if (family != AF_UNIX && (socket(family, type, 0) >= 0 || errno != EACCES))
                HOLE("socket family %d", family);
    if (syscall(SYS_socket, 0x100000000L + AF_INET, SOCK_STREAM, 0) >= 0)
        HOLE("socket family with high bits");
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : 1;
}
