/* expect: end=exit exit=0 */
/* ATTACKS 10: stops all it may; the init and the supervisor go on. */
#include "probe.h"

int main(void)
{
    kill(1, SIGSTOP);
    kill(getppid(), SIGSTOP);
    kill(-1, SIGSTOP);
    return 0;
}
