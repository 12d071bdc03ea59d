/* expect: end=exit exit=0 without=none|seccomp */
/* ATTACKS 116: a lease on a file that others use as well would hold up their opening it.
 * Only the owner of a file gets one. Locks on what is bound are no boundary, see
 * sandbox/README. */
#include "probe.h"

int main(void)
{
    int fd = open("/usr/bin/env", O_RDONLY);
    if (fd < 0)
        return 1;
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0 || errno != EACCES)
        HOLE("a lease on /usr/bin/env");
    if (fcntl(fd, F_SETLEASE, F_WRLCK) == 0)
        HOLE("a write lease on /usr/bin/env");
    return 0;
}
