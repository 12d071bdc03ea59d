/* expect: end=call|signal */
/* ATTACKS 131, 138: one thread uses the 32-bit table; if it alone were killed, the join
 * would come back and the others go on. */
#include <pthread.h>

#include "probe.h"

static void *call(void *arg)
{
    long result = 20; /* getpid there */
    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, call, NULL) != 0)
        return 1;
    pthread_join(thread, NULL);
    return 0;
}
