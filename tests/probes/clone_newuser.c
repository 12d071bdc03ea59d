/* expect: end=call call=clone guards=seccomp */
/* ATTACKS 126: a user namespace by clone. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) == 0)
        _exit(0);
    return 0;
}
