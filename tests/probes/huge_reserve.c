/* expect: end=exit exit=0 memory=64m */
/* ATTACKS 67: reserving addresses is no offence; torch, Go and Java do it. */
#include "probe.h"

int main(void)
{
    char *p = mmap(NULL, (size_t)1 << 40, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_WRITE) != 0)
        return 1;
    p[0] = 1;
    return 0;
}
