/* expect: end=exit exit=0 */
/* ATTACKS 107: the supervisor's groups are left. */
#include "../../probes/probe.h"

int main(void)
{
    gid_t list[64];
    int n = getgroups(64, list);
    if (n != 0)
        HOLE("%d groups, the first is %d", n, n > 0 ? (int)list[0] : -1);
    return 0;
}
