/* expect: end=output cap=65536 max_ms=5000 */
/* ATTACKS 85: endless output. */
#include "probe.h"

int main(void)
{
    for (;;)
        puts("flood flood flood flood flood flood flood flood flood");
}
