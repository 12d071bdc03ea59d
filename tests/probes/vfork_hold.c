/* expect: end=wall wall=1 idle=yes */
/* ATTACKS 4: a vfork that never execs holds its parent. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) == 0)
        for (;;)
            pause();
    return 0;
}
