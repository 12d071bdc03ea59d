/* expect: end=exit exit=0 tmp=8m */
/* ATTACKS 70: fills /tmp up to its size. */
#include "probe.h"

int main(void)
{
    static char space[1 << 16];
    int fd = open("/tmp/fill", O_CREAT | O_WRONLY, 0600);
    for (size_t n = 0; n < (16 << 20); n += sizeof space)
        if (write(fd, space, sizeof space) < 0)
            return errno == ENOSPC ? 0 : 1;
    HOLE("16 MiB in a tmpfs of 8");
}
