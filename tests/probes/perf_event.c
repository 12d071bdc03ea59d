/* expect: end=call call=perf_event_open guards=seccomp */
/* ATTACKS 123: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0);
    return 0;
}
