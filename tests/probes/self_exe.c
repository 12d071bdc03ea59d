/* expect: end=exit exit=0 without=none|seccomp|landlock */
/* ATTACKS 38: rewrites what launched it. The init's program cannot be named, its own lies
 * on a read-only mount, and so does a file beside it that is not busy and that all may
 * write. */
#include "probe.h"

int main(void)
{
    if (open("/proc/1/exe", O_RDONLY) >= 0 || errno != ENOENT)
        HOLE("the init's program");
    if (open("/proc/self/exe", O_WRONLY) >= 0)
        HOLE("its own program");
    if (open("/probe/writable/file", O_WRONLY) >= 0 || errno != EROFS)
        HOLE("a file that all may write");
    if (open("/probe/writable/new", O_CREAT | O_WRONLY, 0600) >= 0)
        HOLE("a new file");
    return 0;
}
