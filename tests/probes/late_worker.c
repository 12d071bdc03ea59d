/* expect: end=exit exit=0 cpu_over=0.2 cpu_under=5 wall=15 repeat=2 */
/* ATTACKS 49, 50: a worker in the background goes on when the command has ended. It is
 * killed at that moment, what it used until then counts, and nothing of it is there the
 * next time. */
#include "probe.h"

int main(void)
{
    int used[2];
    char c;
    if (pipe(used) != 0)
        return 1;
    if (kill(-1, 0) == 0)
        HOLE("somebody else is here");
    if (fork() == 0) {
        setsid();
        spin(0.25);
        if (write(used[1], "x", 1) == 1)
            for (;;)
                ;
    }
    return read(used[0], &c, 1) == 1 ? 0 : 2;
}
