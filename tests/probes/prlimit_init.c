/* expect: end=exit exit=0 */
/* ATTACKS 12, 184: limits of the init, which has the same uid and so may be given other
 * ones: with no CPU time the kernel kills it as soon as it has orphans to reap, and a run
 * that was to be judged looks like a fault of the harness. */
#include <sys/resource.h>

#include "probe.h"

int main(void)
{
    struct rlimit none = {0, 0};
    int result = prlimit(1, RLIMIT_CPU, &none, NULL);
    int error = errno;
    for (int i = 0; result == 0 && i < 20000; i++) {
        if (fork() == 0) {
            fork();
            _exit(0);
        }
        wait(NULL);
    }
    errno = error;
    if (result == 0 || error != EPERM)
        HOLE("the init's limits can be set");
    return 0;
}
