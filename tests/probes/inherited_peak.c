/* expect: end=exit exit=0 peak_under=24m repeat=2 */
/* ATTACKS 84, 184: the runner has touched 48 MiB; none of it, and nothing of the run
 * before, is this run's. */
#include "probe.h"

int main(void)
{
    return 0;
}
