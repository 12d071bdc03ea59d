/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 21: wants the orphans for itself. */
#include <sys/prctl.h>

#include "probe.h"

int main(void)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 || errno != EINVAL)
        HOLE("subreaper");
    return 0;
}
