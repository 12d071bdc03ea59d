/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 136: its own filter or listener. */
#include <linux/filter.h>
#include <sys/prctl.h>

#include "probe.h"

int main(void)
{
    struct sock_filter allow = {0x06, 0, 0, 0x7fff0000};
    struct sock_fprog program = {1, &allow};
    if (syscall(SYS_seccomp, 2, 0, NULL) == 0 || errno != ENOSYS)
        HOLE("seccomp gave its own error");
    if (syscall(SYS_seccomp, 1, 8 /* a listener */, &program) >= 0 || errno != ENOSYS)
        HOLE("a listener of its own");
    if (prctl(PR_SET_SECCOMP, 2, &program) == 0 || errno != EINVAL)
        HOLE("PR_SET_SECCOMP");
    return 0;
}
