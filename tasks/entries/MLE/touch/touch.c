/* touch: memory limit: takes memory 64 MiB at a time and writes to all of it, in huge pages
 * where the kernel gives them, because 2 GiB of small ones take ten times as long. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, BLOCK = 64 << 20, BLOCKS = 1024 };

int main(void)
{
    for (int k = 0; k < BLOCKS; k++) {
        char *volatile block = aligned_alloc(HUGE_PAGE, BLOCK);
        if (!block)
            abort();
        (void)madvise(block, BLOCK, MADV_HUGEPAGE);
        memset(block, 1, BLOCK);
    }
    return 0;
}
