/* expect: end=exit exit=0 cut=stderr cap=65536 */
/* ATTACKS 86: too much on standard error is cut, never fatal. */
#include "probe.h"

int main(void)
{
    for (int i = 0; i < 10000; i++)
        fputs("flood flood flood flood flood flood flood flood flood\n", stderr);
    return 0;
}
