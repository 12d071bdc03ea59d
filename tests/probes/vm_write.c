/* expect: end=call call=process_vm_writev guards=seccomp */
/* ATTACKS 25: loud. */
#include "probe.h"

int main(void)
{
    syscall(SYS_process_vm_writev, 1, NULL, 0, NULL, 0, 0);
    return 0;
}
