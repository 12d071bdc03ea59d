/* expect: end=exit exit=0 */
/* ATTACKS 94: a folder without any right; collecting or refusing, never hanging. */
#include "probe.h"

int main(void)
{
    if (mkdir("/out/d", 0700) != 0)
        return 1;
    int fd = open("/out/d/f", O_CREAT | O_WRONLY, 0000);
    close(fd);
    return chmod("/out/d", 0000);
}
