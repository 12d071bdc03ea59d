/* expect: end=cpu|wall cpu=1 wall=2 max_ms=10000 */
/* ATTACKS 52: each refused call is work for the supervisor; eight tasks make nothing else.
 * Its own limits hold all the same. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 3; i++)
        if (fork() < 0)
            return 1;
    for (;;)
        if (syscall(1000) != -1 || errno != ENOSYS)
            _exit(2);
}
