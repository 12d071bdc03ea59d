/* expect: end=cpu cpu=0.5 wall=8 needs=cgroup guards=cgroup */
/* ATTACKS 44, 48: burns in short children that nobody waits for. */
#include "probe.h"

int main(void)
{
    signal(SIGCHLD, SIG_IGN);
    for (int i = 0; i < 60; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            spin(0.02);
            _exit(0);
        }
        (void)waitpid(pid, NULL, 0); /* until it is gone: ECHILD, its time is nobody's */
    }
    return 0;
}
