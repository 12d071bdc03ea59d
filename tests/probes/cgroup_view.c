/* expect: end=exit exit=0 */
/* ATTACKS 150, 151: the cgroup tree is neither mounted nor named. */
#include "probe.h"

int main(void)
{
    static char text[4096];
    int fd = open("/proc/self/cgroup", O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    if (n > 0 && (strstr(text, "podbox") || strstr(text, "run-")))
        HOLE("the path of the cgroup is visible: %s", text);
    if (open("/sys/fs/cgroup", O_RDONLY) >= 0)
        HOLE("/sys/fs/cgroup");
    return 0;
}
