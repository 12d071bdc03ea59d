/* expect: end=call call=unshare guards=seccomp */
/* ATTACKS 126, 128: loud. */
#include "probe.h"

int main(void)
{
    (void)unshare(CLONE_NEWUSER); /* does not come back */
    return 0;
}
