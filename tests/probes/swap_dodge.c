/* expect: end=memory memory=64m needs=cgroup */
/* ATTACKS 76: asks for each of its pages to be put out to swap as soon as it is written, so
 * that never much of it lies in memory. */
#include "probe.h"

int main(void)
{
    const size_t piece = 4 << 20;
    for (int i = 0; i < 64; i++) {
        char *p =
            mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED)
            return 9;
        touch(p, piece);
        (void)madvise(p, piece, 21 /* MADV_PAGEOUT */); /* EINVAL without it */
    }
    return 0;
}
