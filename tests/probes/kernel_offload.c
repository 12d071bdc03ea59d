/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 51: lets the kernel work for it, later and elsewhere. */
#include "probe.h"

int main(void)
{
    unsigned long context = 0;
    if (syscall(SYS_io_setup, 8, &context) == 0 || errno != ENOSYS)
        HOLE("io_setup");
    if (syscall(SYS_vmsplice, -1, NULL, 0, 0) >= 0 || errno != ENOSYS)
        HOLE("vmsplice");
    return 0;
}
