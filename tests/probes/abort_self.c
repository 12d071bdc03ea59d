/* expect: end=signal signal=ABRT */
/* ATTACKS 19: wrong where the entry is pid 1. */
#include "probe.h"

int main(void)
{
    abort();
}
