/* expect: end=exit exit=0 guards=seccomp */
/* ATTACKS 115: files without a name leave no trace in the folder that they are in, but in
 * the number that its next file gets: a worker, which looks whether a folder was touched,
 * would keep it for the next run. */
#include "probe.h"

int main(void)
{
    static const char *const folders[] = {"/tmp", "/dev/shm", "/out"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (open(folders[i], O_TMPFILE | O_RDWR, 0600) >= 0)
            HOLE("a nameless file in %s", folders[i]);
    return errno == EOPNOTSUPP ? 0 : 2;
}
