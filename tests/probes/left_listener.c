/* expect: end=exit exit=0 repeat=2 without=none|landlock */
/* ATTACKS 50, 145, 147, 177: a daemon that would answer the next run from memory. */
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

int main(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0left"};
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof "left";
    int there = socket(AF_UNIX, SOCK_STREAM, 0), fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(there, (struct sockaddr *)&name, size) == 0)
        HOLE("the daemon of the run before answers");
    if (bind(fd, (struct sockaddr *)&name, size) != 0 || listen(fd, 8) != 0)
        return 1;
    if (fork() == 0) {
        setsid();
        for (;;)
            close(accept(fd, NULL, NULL));
    }
    return connect(there, (struct sockaddr *)&name, size) == 0 ? 0 : 2;
}
