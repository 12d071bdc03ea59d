/* touch: memory limit: takes memory a mebibyte at a time and writes to every page of it. */
#include <stdlib.h>
#include <string.h>

enum { MEBIBYTE = 1 << 20, MOST = 1 << 16 };

int main(void)
{
    for (int k = 0; k < MOST; k++) {
        char *volatile block = malloc(MEBIBYTE);
        if (!block)
            abort();
        memset(block, 1, MEBIBYTE);
    }
    return 0;
}
