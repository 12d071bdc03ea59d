/* expect: end=call call=setns guards=seccomp */
/* ATTACKS 128: loud. */
#include "probe.h"

int main(void)
{
    setns(0, 0);
    return 0;
}
