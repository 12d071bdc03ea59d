/* expect: end=call call=mount guards=seccomp */
/* ATTACKS 129: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_mount, "t", "/tmp", "tmpfs", 0, NULL);
    return 0;
}
