/* expect: end=exit exit=0 stdout=kept */
/* ATTACKS 88: what was written before counts. */
#include "probe.h"

int main(void)
{
    printf("kept");
    if (fflush(stdout) != 0)
        return 1;
    close(1);
    close(2);
    return 0;
}
