/* expect: end=exit exit=0 without=none|seccomp|landlock|caps */
/* ATTACKS 38, 80, 120, 152: writes where nothing may be written. */
#include "probe.h"

int main(void)
{
    static const char *const names[] = {"/x",
                                        "/usr/x",
                                        "/etc/passwd",
                                        "/etc/x",
                                        "/probe/x",
                                        "/probe/writable/file",
                                        "/probe/writable/x",
                                        "/dev/x",
                                        "/var/empty/x",
                                        "/proc/self/oom_score_adj",
                                        "/proc/sys/kernel/hostname",
                                        "/proc/sysrq-trigger",
                                        "/proc/tty/x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (open(names[i], O_CREAT | O_WRONLY, 0600) >= 0)
            HOLE("%s can be written", names[i]);
    return 0;
}
