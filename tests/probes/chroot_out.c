/* expect: end=call call=chroot guards=seccomp */
/* ATTACKS 111: loud. */
#include "probe.h"

int main(void)
{
    chroot("/tmp");
    return 0;
}
