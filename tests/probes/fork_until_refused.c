/* expect: end=processes processes=16 needs=cgroup */
/* ATTACKS 20: the limit on tasks is what ends it, and it says so. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 64; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 9;
        if (pid == 0) {
            pause();
            _exit(0);
        }
    }
    HOLE("64 processes under a limit of 16");
}
