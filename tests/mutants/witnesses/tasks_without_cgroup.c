/* expect: end=processes processes=16 */
/* Without a cgroup the limit on tasks holds, and what fails for it is told. */
#include "../../probes/probe.h"

int main(void)
{
    for (int i = 0; i < 64; i++) {
        pid_t pid = fork();
        if (pid < 0) {
            doze(200); /* the supervisor looks every 20 ms */
            return 9;
        }
        if (pid == 0) {
            pause();
            _exit(0);
        }
    }
    HOLE("64 processes under a limit of 16");
}
