/* expect: end=file_size file=1m guards=rlimits */
/* ATTACKS 91: a file of 1 TB without content. */
#include "probe.h"

int main(void)
{
    int fd = open("/out/sparse", O_CREAT | O_WRONLY, 0600);
    if (ftruncate(fd, (off_t)1 << 40) == 0)
        HOLE("1 TB");
    return 0;
}
