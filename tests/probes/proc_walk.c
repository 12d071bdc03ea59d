/* expect: end=exit exit=0 */
/* ATTACKS 109: no process but its own is to be seen, not even that there is one. */
#include "probe.h"

int main(void)
{
    char path[64];
    for (int pid = 1; pid < 70000; pid++) {
        (void)snprintf(path, sizeof path, "/proc/%d", pid);
        if (pid != getpid() && access(path, F_OK) == 0)
            HOLE("process %d is visible", pid);
    }
    if (open("/proc/kallsyms", O_RDONLY) >= 0 &&
        read(open("/proc/kallsyms", O_RDONLY), path, 1) > 0)
        HOLE("kernel symbols");
    if (open("/proc/version", O_RDONLY) >= 0 &&
        read(open("/proc/version", O_RDONLY), path, 1) > 0)
        HOLE("kernel version");
    return 0;
}
