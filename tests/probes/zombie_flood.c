/* expect: end=processes processes=16 needs=cgroup */
/* ATTACKS 20: never reaps; the dead count as tasks until somebody does. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 64; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 9;
        if (pid == 0)
            _exit(0);
        waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
    }
    HOLE("64 zombies under a limit of 16");
}
