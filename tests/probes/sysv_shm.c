/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 148: memory that survives its process. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_shmget, 4711, 4096, 01666) >= 0)
        HOLE("shmget");
    return 0;
}
