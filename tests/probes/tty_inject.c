/* expect: end=exit exit=0 */
/* ATTACKS 23: types into the operator's terminal, also with high bits set. */
#include "probe.h"

int main(void)
{
    char c = 'x';
    if (syscall(SYS_ioctl, 0, 0x5412, &c) == 0 ||
        syscall(SYS_ioctl, 0, 0x100005412L, &c) == 0 || errno != ENOTTY)
        HOLE("TIOCSTI");
    return open("/dev/tty", O_RDWR) >= 0;
}
