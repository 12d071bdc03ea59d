/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 143: a pair makes two sockets before it is known whether the family can be
 * paired, and has the kernel load the family's module: the same rule as for socket() must
 * hold. */
#include <sys/socket.h>

#include "probe.h"

int main(void)
{
    int ends[2];
    for (int family = 0; family < 64; family++)
        for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
            if (family != AF_UNIX &&
                (socketpair(family, type, 0, ends) == 0 || errno != EACCES))
                HOLE("socketpair of family %d", family);
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}
