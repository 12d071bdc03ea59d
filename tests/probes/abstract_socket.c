/* expect: end=exit exit=0 */
/* ATTACKS 145, 146: the runner listens on this name outside. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

int main(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0podbox-probe"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof "podbox-probe";
    if (connect(fd, (struct sockaddr *)&name, size) == 0)
        HOLE("connected to the outside");
    return 0;
}
