/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 51, 121: a second way to make calls. */
#include "probe.h"

int main(void)
{
    char params[120] = {0};
    if (syscall(SYS_io_uring_setup, 4, params) >= 0 || errno != ENOSYS)
        HOLE("io_uring_setup");
    return 0;
}
