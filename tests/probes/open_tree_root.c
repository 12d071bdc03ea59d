/* expect: end=call call=open_tree guards=seccomp */
/* ATTACKS 129: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_open_tree, -100, "/", 1);
    return 0;
}
