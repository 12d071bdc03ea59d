/* expect: end=exit exit=5 */
/* ATTACKS 32: a thread that is not the first executes: it becomes the process, and its end
 * is the command's end. */
#include <pthread.h>

#include "probe.h"

static void *execute(void *arg)
{
    execl("/bin/sh", "sh", "-c", "exit 5", NULL);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, execute, NULL) != 0)
        return 1;
    for (;;)
        pause();
}
