/* expect: end=exit exit=127 */
/* ATTACKS 16: an exit code that looks like one of a harness. */
#include "probe.h"

int main(void)
{
    return 127;
}
