/* expect: end=cpu cpu=0.3 wall=8 */
/* ATTACKS 6, 49: the first thread ends, another goes on: the command has not ended. */
#include <pthread.h>

#include "probe.h"

static void *burn(void *arg)
{
    for (volatile int go = 1; go;)
        ;
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, burn, NULL) == 0)
        syscall(SYS_exit, 0);
    return 1;
}
