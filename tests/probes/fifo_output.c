/* expect: end=exit exit=0 collect=socket */
/* ATTACKS 100, 101: not a regular file; a FIFO or a device cannot even be made. */
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

int main(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "/out/submission.csv"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (mkfifo("/out/fifo", 0600) == 0 || mknod("/out/zero", S_IFCHR | 0600, 0x105) == 0)
        HOLE("a special file was made");
    return bind(fd, (struct sockaddr *)&name, sizeof name) == 0 ? 0 : 1;
}
