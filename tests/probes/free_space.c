/* expect: end=exit exit=0 tmp=8m */
/* ATTACKS 119: how full a file system is that somebody else writes to. Where the guest may
 * write it sees what it was given; the sum below is all of it. */
#include <sys/vfs.h>

#include "probe.h"

int main(void)
{
    static const struct {
        const char *path;
        long bytes;
    } own[] = {{"/tmp", 8 << 20}, {"/dev/shm", 8 << 20}, {"/out", 1 << 20}};
    struct statfs fs;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (statfs(own[i].path, &fs) != 0 ||
            (long)fs.f_blocks * (long)fs.f_bsize != own[i].bytes ||
            fs.f_blocks != fs.f_bfree)
            HOLE("%s has %ld blocks, %ld free", own[i].path, (long)fs.f_blocks,
                 (long)fs.f_bfree);
    return 0;
}
