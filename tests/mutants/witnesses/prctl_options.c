/* expect: end=exit exit=0 */
/* ATTACKS 136: options that change how it is traced, reaped or speculated about. */
#include <sys/prctl.h>

#include "../../probes/probe.h"

int main(void)
{
    static const int options[] = {PR_SET_CHILD_SUBREAPER,  PR_SET_PTRACER,
                                  PR_SET_SPECULATION_CTRL, PR_SET_SECUREBITS,
                                  PR_SET_SECCOMP,          PR_SET_TSC};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        errno = 0;
        if (prctl(options[i], 1, 2, 0, 0) == 0)
            HOLE("prctl(%d)", options[i]);
    }
    return 0;
}
