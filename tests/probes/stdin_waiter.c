/* expect: end=exit exit=0 */
/* ATTACKS 43: waits for input; there is an end of file. */
#include "probe.h"

int main(void)
{
    char c;
    return read(0, &c, 1) == 0 ? 0 : 1;
}
