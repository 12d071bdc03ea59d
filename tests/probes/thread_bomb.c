/* expect: end=processes processes=16 needs=cgroup */
/* ATTACKS 5: threads count as tasks. */
#include <pthread.h>

#include "probe.h"

static void *sleep_for_ever(void *arg)
{
    for (;;)
        pause();
    return arg;
}

int main(void)
{
    pthread_t thread;
    for (int i = 0; i < 64; i++)
        if (pthread_create(&thread, NULL, sleep_for_ever, NULL) != 0)
            return 9;
    HOLE("64 threads under a limit of 16");
}
