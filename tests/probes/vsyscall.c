/* expect: end=exit|signal exit=0 */
/* ATTACKS 133: calls at the old fixed address: either the page cannot be used, or the
 * filter sees them as the calls that they stand for, and those read clocks only. */
#include "probe.h"

int main(void)
{
    time_t (*old)(time_t *) = (time_t(*)(time_t *))0xffffffffff600400; /* time */
    time_t now = time(NULL), then = old(NULL);
    if (then < now || then > now + 5)
        HOLE("vsyscall time %ld", (long)(then - now));
    return 0;
}
