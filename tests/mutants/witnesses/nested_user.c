/* expect: end=exit exit=0 */
/* ATTACKS 126: a user namespace inside, where the filter let it through. */
#include "../../probes/probe.h"

int main(void)
{
    if (unshare(CLONE_NEWUSER) == 0)
        HOLE("a user namespace was made");
    return errno == ENOSPC ? 0 : 2; /* max_user_namespaces says ENOSPC */
}
