/* expect: end=exit exit=0 guards=caps */
/* ATTACKS 33, 34: none, and none to be had by a setuid or capable file. */
#include "probe.h"

int main(void)
{
    static char text[8192];
    int fd = open("/proc/self/status", O_RDONLY);
    if (read(fd, text, sizeof text - 1) <= 0)
        return 1;
    if (!strstr(text, "NoNewPrivs:\t1") || !strstr(text, "CapBnd:\t0000000000000000") ||
        !strstr(text, "CapEff:\t0000000000000000") ||
        !strstr(text, "CapPrm:\t0000000000000000"))
        HOLE("capabilities or new privileges");
    return 0;
}
