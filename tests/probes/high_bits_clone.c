/* expect: end=call call=clone guards=seccomp */
/* ATTACKS 126, 134: a new namespace with something in the upper half of the flags. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_clone, 0x7fffffff00000000L | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0) == 0)
        _exit(0);
    return 0;
}
