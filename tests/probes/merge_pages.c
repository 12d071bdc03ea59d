/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 83: has its pages merged with equal ones of others, whose writes then take
 * longer. */
#include <sys/prctl.h>

#include "probe.h"

int main(void)
{
    if (prctl(67 /* PR_SET_MEMORY_MERGE */, 1, 0, 0, 0) == 0 || errno != EINVAL)
        HOLE("PR_SET_MEMORY_MERGE");
    if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0 || errno != EINVAL)
        HOLE("PR_SET_THP_DISABLE");
    return 0;
}
