/* expect: end=exit exit=0 */
/* ATTACKS 54: asks for a better place. */
#include "probe.h"

int main(void)
{
    struct sched_param param = {.sched_priority = 10};
    if (nice(-20) != -1 || sched_setscheduler(0, SCHED_FIFO, &param) == 0)
        HOLE("priority raised");
    return 0;
}
