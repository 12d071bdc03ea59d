/* expect: end=exit exit=0 */
/* ATTACKS 107: the old root is not merely covered by the new one. */
#include "../../probes/probe.h"

int main(void)
{
    static char line[4096], path[1024];
    FILE *file = fopen("/proc/self/mountinfo", "r");
    int roots = 0;
    while (file && fgets(line, sizeof line, file))
        roots +=
            sscanf(line, "%*s %*s %*s %*s %1023s", path) == 1 && strcmp(path, "/") == 0;
    if (roots != 1)
        HOLE("%d roots", roots);
    return 0;
}
