/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 12: limits of another process, if only to look. Its own are free. */
#include <sys/resource.h>

#include "probe.h"

int main(void)
{
    struct rlimit limit;
    if (prlimit(1, RLIMIT_NOFILE, NULL, &limit) == 0 || errno != EPERM)
        HOLE("the init's limits can be seen");
    return prlimit(0, RLIMIT_NOFILE, NULL, &limit);
}
