/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 45: burns in the kernel. */
#include "probe.h"

int main(void)
{
    static char space[1 << 20];
    int fd = open("/dev/zero", O_RDONLY);
    for (;;)
        if (read(fd, space, sizeof space) < 0)
            return 1;
}
