/* expect: end=exit exit=0 */
/* ATTACKS 144: connects, where the filter let it have a socket. Landlock says EACCES; a
 * network namespace without a way out would say ENETUNREACH. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../probes/probe.h"

int main(void)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(4242)};
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return 2; /* nothing was tried */
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) == 0 || errno != EACCES)
        HOLE("connect");
    return 0;
}
