/* expect: end=exit exit=7 */
/* ATTACKS 11: signals everything it may, which is itself only. */
#include "probe.h"

int main(void)
{
    kill(-1, SIGKILL);
    kill(1, SIGKILL);
    return 7;
}
