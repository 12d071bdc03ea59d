/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 83: pages given to be merged one by one, where prctl gives all at once. */
#include "probe.h"

int main(void)
{
    char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return 1;
    if (madvise(p, 8192, MADV_MERGEABLE) == 0)
        HOLE("MADV_MERGEABLE");
    return madvise(p, 8192, MADV_DONTNEED) == 0 ? 0 : 2;
}
