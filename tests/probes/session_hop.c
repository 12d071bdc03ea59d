/* expect: end=exit exit=0 wall=5 max_ms=4000 */
/* ATTACKS 22: leaves session, group and parent: orphans, group leaders, and by CLONE_PARENT
 * siblings of the command itself. */
#include "probe.h"

static void hop(int i)
{
    if (i % 2)
        setsid();
    else
        setpgid(0, 0);
    if (fork() > 0)
        _exit(0);
    for (;;)
        doze(10);
}

int main(void)
{
    for (int i = 0; i < 8; i++)
        if (syscall(SYS_clone, (i < 4 ? CLONE_PARENT : 0) | SIGCHLD, 0, 0, 0, 0) == 0)
            hop(i);
    doze(50);
    return 0;
}
