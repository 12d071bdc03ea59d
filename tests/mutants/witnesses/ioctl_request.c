/* expect: end=exit exit=0 call=ioctl */
/* ATTACKS 23, 134: types into a terminal, with high bits set as well. Its input is none, so
 * that only the supervisor's report tells who refused it. */
#include "../../probes/probe.h"

int main(void)
{
    char c = 'x';
    if (syscall(SYS_ioctl, 0, 0x100005412L, &c) == 0 || errno != ENOTTY)
        HOLE("TIOCSTI");
    return 0;
}
