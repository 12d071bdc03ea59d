/* expect: end=exit exit=0 */
/* ATTACKS 101, 154: a device of its own; the base lets mknod through. */
#include "../../probes/probe.h"

int main(void)
{
    if (mkfifo("/tmp/fifo", 0600) != 0)
        return 2; /* nothing was tried */
    if (mknod("/tmp/zero", S_IFCHR | 0600, 0x105) == 0)
        HOLE("a device was made");
    return 0;
}
