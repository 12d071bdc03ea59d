/* expect: end=exit exit=0 */
/* ATTACKS 33: runs a setuid program and looks who it became. */
#include "probe.h"

int main(void)
{
    int status;
    if (fork() == 0) {
        execl("/usr/bin/su", "su", "-c", "id", NULL);
        _exit(1); /* not installed: as good */
    }
    wait(&status);
    if (status == 0 || getuid() != 1000 || setuid(0) == 0)
        HOLE("su worked");
    return 0;
}
