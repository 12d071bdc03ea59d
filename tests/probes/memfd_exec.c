/* expect: end=call call=keyctl guards=seccomp */
/* ATTACKS 35: a program from memory is under the same guards. */
#include "probe.h"

int main(void)
{
    static char space[1 << 16];
    ssize_t n;
    int from = open("/proc/self/exe", O_RDONLY), to = memfd_create("copy", 0);
    if (getenv("AGAIN")) {
        syscall(SYS_keyctl, 0, -3, 1, 0, 0);
        return 0;
    }
    while ((n = read(from, space, sizeof space)) > 0)
        if (write(to, space, (size_t)n) != n)
            return 1;
    char *const argv[] = {"again", NULL}, *const env[] = {"AGAIN=1", NULL};
    fexecve(to, argv, env);
    return 1;
}
