/* expect: end=exit exit=0 */
/* ATTACKS 27: the init has the guest's uid, and its memory what the supervisor knew. */
#include "../../probes/probe.h"

int main(void)
{
    static const char *const names[] = {"/proc/1/mem", "/proc/1/environ", "/proc/1/maps"};
    for (int i = 0; i < 3; i++)
        if (open(names[i], O_RDONLY) >= 0)
            HOLE("%s can be opened", names[i]);
    return 0;
}
