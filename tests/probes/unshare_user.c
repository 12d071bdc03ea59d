/* expect: end=call call=unshare guards=seccomp */
/* ATTACKS 126, 128: loud. */
#include "probe.h"

int main(void)
{
    unshare(CLONE_NEWUSER);
    return 0;
}
