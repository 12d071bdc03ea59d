/* expect: end=cpu cpu=0.2 wall=8 */
/* ATTACKS 64: works before main, where a clock might not run yet. */
#include "probe.h"

__attribute__((constructor)) static void early(void)
{
    spin(0.3);
    _exit(3);
}

int main(void)
{
    return 0;
}
