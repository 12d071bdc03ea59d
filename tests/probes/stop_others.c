/* expect: end=exit exit=0 without=none|landlock|seccomp+landlock */
/* ATTACKS 10: stops all it may; the init and the supervisor go on. */
#include "probe.h"

int main(void)
{
    kill(1, SIGSTOP);
    kill(getppid(), SIGSTOP);
    kill(-1, SIGSTOP);
    for (int pid = 2; pid < 70000; pid++)
        if (pid != getpid() && kill(pid, SIGSTOP) == 0)
            HOLE("process %d", pid);
    doze(20);
    return 0;
}
