/* expect: end=call call=keyctl guards=seccomp */
/* ATTACKS 138: one thread makes the call, the others would go on. */
#include <pthread.h>

#include "probe.h"

static void *call(void *arg)
{
    syscall(SYS_keyctl, 0, -3, 1, 0, 0);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, call, NULL) != 0)
        return 1;
    pthread_join(thread, NULL);
    for (;;)
        pause();
}
