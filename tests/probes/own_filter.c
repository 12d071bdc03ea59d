/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 136: its own filter or listener. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_seccomp, 2, 0, NULL) == 0 || errno != ENOSYS)
        HOLE("seccomp gave its own error");
    return 0;
}
