/* expect: end=cpu cpu=0.1 wall=8 repeat=5 */
/* ATTACKS 47: over the limit and gone at once, perhaps between two looks of the supervisor;
 * the exact counter is read again when all are dead. */
#include "probe.h"

int main(void)
{
    spin(0.101);
    return 0;
}
