/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 51: moves nothing from pipe to pipe in the kernel; that is its CPU time too. */
#include "probe.h"

int main(void)
{
    int from[2], to[2];
    static char space[65536];
    if (pipe(from) != 0 || pipe(to) != 0 ||
        write(from[1], space, sizeof space) != sizeof space)
        return 1;
    for (;;)
        if (tee(from[0], to[1], sizeof space, 0) < 0 ||
            splice(to[0], NULL, from[1], NULL, sizeof space, SPLICE_F_NONBLOCK) == 0 ||
            read(to[0], space, sizeof space) < 0)
            return 2;
}
