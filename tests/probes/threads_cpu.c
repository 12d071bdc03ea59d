/* expect: end=cpu cpu=0.4 wall=8 */
/* ATTACKS 46: all threads together. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            break;
    for (;;)
        ;
}
