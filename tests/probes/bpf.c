/* expect: end=call call=bpf guards=seccomp */
/* ATTACKS 122: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_bpf, 0, NULL, 0);
    return 0;
}
