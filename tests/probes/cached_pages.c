/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 118: which pages of a shared file others have read. */
#include "probe.h"

int main(void)
{
    unsigned char there[16];
    int fd = open("/usr/bin/env", O_RDONLY);
    void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return 1;
    if (mincore(p, 4096, there) == 0 || errno != EPERM)
        HOLE("mincore");
    if (syscall(451 /* cachestat */, fd, NULL, NULL, 0) == 0 || errno != ENOSYS)
        HOLE("cachestat");
    return 0;
}
