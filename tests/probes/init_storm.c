/* expect: end=exit exit=0 needs=scopes guards=landlock */
/* ATTACKS 13: floods the init, its parent, by every call that sends a signal. */
#include "probe.h"

int main(void)
{
    siginfo_t info = {.si_code = SI_QUEUE};
    for (int i = 0; i < 100; i++) {
        if (syscall(SYS_rt_sigqueueinfo, 1, SIGRTMIN, &info) == 0 || errno != EPERM)
            HOLE("rt_sigqueueinfo");
        if (syscall(SYS_tgkill, 1, 1, SIGCHLD) == 0 || errno != EPERM)
            HOLE("tgkill");
        if (syscall(SYS_rt_tgsigqueueinfo, 1, 1, SIGCHLD, &info) == 0 || errno != EPERM)
            HOLE("rt_tgsigqueueinfo");
    }
    return 0;
}
