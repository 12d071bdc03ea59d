/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 3, 127: clone3 hides its flags behind a pointer, so there is none. */
#include "probe.h"

int main(void)
{
    char args[88] = {0};
    long pid = syscall(SYS_clone3, args, sizeof args);
    if (pid == 0)
        _exit(0);
    if (pid != -1 || errno != ENOSYS)
        HOLE("clone3 returned %ld", pid);
    return 0;
}
