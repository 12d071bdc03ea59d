/* expect: end=exit exit=0 */
/* ATTACKS 39: a name that fools who parses stat. */
#include "probe.h"

int main(void)
{
    return syscall(SYS_prctl, 15, ") R 1 1 1 1", 0, 0, 0) == 0 ? 0 : 1;
}
