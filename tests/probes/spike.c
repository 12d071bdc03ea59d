/* expect: end=exit exit=0 peak_over=48m needs=cgroup */
/* ATTACKS 78: much memory for a moment, between two looks; the kernel keeps the peak. */
#include "probe.h"

int main(void)
{
    for (size_t size = 48 << 20; size > 0; size = 0) {
        char *p =
            mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return 1;
        touch(p, size);
        munmap(p, size);
    }
    return 0;
}
