/* expect: end=memory memory=64m wall=8 */
/* ATTACKS 69: each process is below the limit, all together are not. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            char *p = malloc(16 << 20);
            touch(p, 16 << 20);
            doze(3000);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    return 0;
}
