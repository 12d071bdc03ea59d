/* expect: end=exit exit=0 file=64m collect=bytes */
/* ATTACKS 103: a file of holes, 60 times as large as all that may be collected. */
#include "probe.h"

int main(void)
{
    int fd = open("/out/sparse", O_CREAT | O_WRONLY, 0600);
    return ftruncate(fd, 60 << 20) == 0 ? 0 : 1;
}
