/* expect: end=exit exit=0 without=none|seccomp */
/* ATTACKS 54: without the filter there are still no capability and limits of nothing. */
#include <sys/resource.h>

#include "probe.h"

int main(void)
{
    struct sched_param param = {.sched_priority = 10};
    if (setpriority(PRIO_PROCESS, 0, -20) == 0)
        HOLE("priority raised");
    if (sched_setscheduler(0, SCHED_FIFO, &param) == 0)
        HOLE("SCHED_FIFO");
    if (syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0)
        HOLE("real-time input and output");
    return 0;
}
