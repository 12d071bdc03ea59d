/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 139: no address randomisation, or other old habits. */
#include "probe.h"

int main(void)
{
    if (syscall(SYS_personality, 0xffffffff) < 0)
        return 1;
    static const unsigned wanted[] = {
        0x0040000 /* no ASLR */, 0x0400000 /* READ_IMPLIES_EXEC */, 0x0020000 /* UNAME26 */,
        0x0100000 /* MMAP_PAGE_ZERO */};
    for (int i = 0; i < 4; i++)
        if (syscall(SYS_personality, wanted[i]) >= 0 || errno != EPERM)
            HOLE("personality %x", wanted[i]);
    return 0;
}
