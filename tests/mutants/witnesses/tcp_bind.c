/* expect: end=exit exit=0 */
/* ATTACKS 144: takes a port, where the filter let it have a socket. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "../../probes/probe.h"

int main(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(4242)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return 2; /* nothing was tried */
    if (bind(fd, (struct sockaddr *)&any, sizeof any) == 0 || errno != EACCES)
        HOLE("bind");
    return 0;
}
