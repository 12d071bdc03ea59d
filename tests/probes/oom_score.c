/* expect: end=exit exit=0 without=none|seccomp|landlock */
/* ATTACKS 80: would never be the one that is killed. */
#include "probe.h"

int main(void)
{
    static const char *const names[] = {
        "/proc/self/oom_score_adj", "/proc/self/oom_adj", "/proc/self/coredump_filter",
        "/proc/self/comm",          "/proc/self/mem",     "/proc/self/timerslack_ns"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (open(names[i], O_WRONLY) >= 0 || errno != EROFS)
            HOLE("%s", names[i]);
    return 0;
}
