/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 117, 155: watches what others do with the files that all can see; the kernel
 * counts the instances for the user who made the namespace as well, 128 for all runs
 * together. */
#include <sys/inotify.h>

#include "probe.h"

int main(void)
{
    if (inotify_init1(0) >= 0)
        HOLE("inotify_init1");
    if (syscall(SYS_inotify_init) >= 0)
        HOLE("inotify_init");
    return errno == ENOSYS ? 0 : 2;
}
