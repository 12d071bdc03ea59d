/* expect: end=exit exit=0 call=1000 */
/* ATTACKS 130: a number that no table has. */
#include "probe.h"

int main(void)
{
    if (syscall(1000) != -1 || errno != ENOSYS)
        HOLE("call 1000");
    return 0;
}
