/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 140: what else arch_prctl can do: GS, vdso mapping, shadow stacks, new registers.
 */
#include "probe.h"

int main(void)
{
    static const int codes[] = {0x1001, 0x1004, 0x1011, 0x1012, 0x1021, 0x1022, 0x1023,
                                0x1024, 0x2001, 0x2002, 0x2003, 0x4001, 0x5001, 0x5003};
    unsigned long base = 0;
    if (syscall(SYS_arch_prctl, 0x1003 /* ARCH_GET_FS */, &base) != 0)
        return 1;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (syscall(SYS_arch_prctl, codes[i], &base) == 0 || errno != EINVAL)
            HOLE("arch_prctl %x", (unsigned)codes[i]);
    return 0;
}
