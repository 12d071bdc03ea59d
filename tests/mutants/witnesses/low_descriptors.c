/* expect: end=exit exit=0 */
/* ATTACKS 90, 112: descriptors of the harness below those that the init keeps. */
#include "../../probes/probe.h"

int main(void)
{
    for (int fd = 3; fd < 256; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            HOLE("descriptor %d is open", fd);
    return 0;
}
