/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 139: no address randomisation, or other old habits. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_personality, 0xffffffff) < 0)
        return 1;
    if (syscall(SYS_personality, 0x0040000) >= 0)
        HOLE("personality changed");
    return 0;
}
