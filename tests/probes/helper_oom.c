/* expect: end=memory memory=16m wall=8 repeat=5 */
/* ATTACKS 79: many small tasks fill the memory, so that the kernel might choose the init.
 */
#include "probe.h"

int main(void)
{
    while (fork() == 0)
        touch(malloc(1 << 20), 1 << 20);
    for (;;)
        pause();
}
