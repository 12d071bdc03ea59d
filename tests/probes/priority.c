/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 54: asks for another place among the processes, better or worse. */
#include <sys/resource.h>

#include "probe.h"

int main(void)
{
    struct sched_param param = {.sched_priority = 10}, none = {0};
    char attr[56] = {56};
    if (setpriority(PRIO_PROCESS, 0, -20) == 0 || errno != EPERM)
        HOLE("priority raised");
    if (sched_setscheduler(0, SCHED_FIFO, &param) == 0 || errno != EPERM)
        HOLE("SCHED_FIFO");
    if (sched_setscheduler(0, SCHED_BATCH, &none) == 0 || errno != EPERM)
        HOLE("SCHED_BATCH");
    if (syscall(SYS_sched_setattr, 0, attr, 0) == 0 || errno != EPERM)
        HOLE("sched_setattr");
    if (syscall(SYS_ioprio_set, 1, 0, 2 << 13) == 0 || errno != EPERM)
        HOLE("ioprio_set");
    return 0;
}
