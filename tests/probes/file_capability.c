/* expect: end=exit exit=0 without=none|seccomp|caps */
/* ATTACKS 34: the runner, as root, gives this program CAP_NET_RAW. Nothing comes of it: the
 * mount is nosuid, and no new privileges are to be had. */
#include "probe.h"

int main(void)
{
    static char text[8192];
    int fd = open("/proc/self/status", O_RDONLY);
    if (read(fd, text, sizeof text - 1) <= 0)
        return 1;
    if (!strstr(text, "CapEff:\t0000000000000000"))
        HOLE("capabilities by a file: %.40s", strstr(text, "CapEff"));
    return 0;
}
