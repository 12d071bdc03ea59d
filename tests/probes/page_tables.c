/* expect: end=memory memory=64m needs=cgroup guards=cgroup */
/* ATTACKS 72: reads one byte in each 2 MiB: no page of its own, only page tables. */
#include "probe.h"

int main(void)
{
    const size_t size = (size_t)1 << 40;
    volatile char *p =
        mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED || madvise((void *)p, size, MADV_NOHUGEPAGE) != 0)
        return 9;
    for (size_t i = 0; i < size / 4; i += 2 << 20)
        (void)p[i];
    return 0;
}
