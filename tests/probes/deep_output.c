/* expect: end=exit exit=0 collect=deeper */
/* ATTACKS 93: folders beyond any path length. */
#include "probe.h"

int main(void)
{
    if (chdir("/out") != 0)
        return 1;
    for (int i = 0; i < 50; i++)
        if (mkdir("d", 0700) != 0 || chdir("d") != 0)
            return 1;
    return 0;
}
