/* expect: end=exit exit=0 */
/* ATTACKS 90, 112: looks for descriptors of the harness. */
#include "probe.h"

int main(void)
{
    for (int fd = 3; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) >= 0 || write(fd, "42", 2) > 0)
            HOLE("descriptor %d is open", fd);
    return 0;
}
