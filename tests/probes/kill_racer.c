/* expect: end=exit exit=0 repeat=5 max_ms=8000 */
/* ATTACKS 8, 22: each child of each child forks its successor and leaves its session, so
 * that what is killed one by one is always one too late. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 8; i++)
        if (fork() == 0)
            while (fork() <= 0)
                setsid();
    doze(50);
    return 0;
}
