/* expect: end=exit exit=0 collect=ok repeat=3 */
/* ATTACKS 104: a task in the background still makes the output longer and shorter, and
 * swaps it for a link, when the command ends; collecting starts when nothing is alive. */
#include "probe.h"

int main(void)
{
    int fd = open("/out/f", O_CREAT | O_RDWR, 0600);
    if (write(fd, "1", 1) != 1)
        return 1;
    if (fork() == 0) {
        setsid();
        for (int i = 0;; i++)
            if (ftruncate(fd, i % 2 ? 1 : 1 << 19) != 0)
                _exit(1);
    }
    doze(20);
    return 0;
}
