/* expect: end=exit exit=0 repeat=2 collect=ok */
/* ATTACKS 105: holds space by files that have no name any more: it counts, and is free
 * again for the next run. */
#include "probe.h"

int main(void)
{
    static char space[4096];
    size_t total = 0;
    int fd = open("/out/f", O_CREAT | O_WRONLY, 0600);
    if (fork() == 0) {
        pause();
        _exit(0);
    }
    if (unlink("/out/f") != 0)
        return 1;
    while (write(fd, space, sizeof space) > 0)
        total += sizeof space;
    if (errno != ENOSPC || total > 1 << 20)
        HOLE("%zu bytes in a folder of 1 MiB", total);
    return total >= 1 << 19 ? 0 : 2;
}
