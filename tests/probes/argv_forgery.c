/* expect: end=call call=keyctl */
/* ATTACKS 40, 178: file name, arguments and thread name full of control bytes and bad
 * UTF-8, then a call that is told with all that is known of the caller. The runner looks
 * for odd bytes in what is told. */
#include <sys/prctl.h>

#include "probe.h"

int main(int argc, char **argv)
{
    static const char name[] = "/tmp/a\n\033[2J\xff\"\\";
    static char space[1 << 16];
    int from = open("/proc/self/exe", O_RDONLY);
    int to = open(name, O_CREAT | O_WRONLY, 0755);
    (void)argv;
    if (argc > 2) {
        (void)prctl(PR_SET_NAME, "\033]0;x\a\xfe");
        syscall(SYS_keyctl, 0, -3, 1, 0, 0);
        return 0;
    }
    for (ssize_t n; (n = read(from, space, sizeof space)) > 0;)
        if (write(to, space, (size_t)n) != n)
            return 1;
    close(to);
    execl(name, "\033[2J", "\xff\xfe", "\n\r", NULL);
    return 1;
}
