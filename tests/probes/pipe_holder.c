/* expect: end=exit exit=0 stdout=before wall=5 max_ms=4000 */
/* ATTACKS 7: a daemon keeps standard output open, so that a reader never sees its end. */
#include "probe.h"

int main(void)
{
    printf("before\n");
    if (fflush(stdout) != 0)
        return 1;
    if (fork() == 0) {
        setsid();
        for (;;)
            pause();
    }
    return 0;
}
