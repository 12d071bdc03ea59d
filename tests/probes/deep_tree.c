/* expect: end=exit exit=0 repeat=2 */
/* ATTACKS 93: folders in folders beyond any path length, where nobody collects. */
#include "probe.h"

int main(void)
{
    int depth = 0;
    if (chdir("/tmp") != 0 || access("d", F_OK) == 0)
        return 1;
    while (depth < 3000 && mkdir("d", 0700) == 0 && chdir("d") == 0)
        depth++;
    return depth == 3000 ? 0 : 2;
}
