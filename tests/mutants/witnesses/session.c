/* expect: end=exit exit=0 */
/* ATTACKS 23: a session of its own, so that no terminal of the operator belongs to it. */
#include "../../probes/probe.h"

int main(void)
{
    if (getsid(0) != getpid() || getpgrp() != getpid())
        HOLE("session %d, group %d", (int)getsid(0), (int)getpgrp());
    return 0;
}
