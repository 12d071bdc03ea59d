/* expect: end=exit exit=0 wall=5 max_ms=4000 */
/* ATTACKS 6: a daemon outlives the main process; the runner looks for survivors. */
#include "probe.h"

int main(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            for (;;)
                doze(10);
        _exit(0);
    }
    doze(50);
    return 0;
}
