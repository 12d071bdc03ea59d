/* expect: end=exit exit=0 cpu=20 processes=200 */
/* ATTACKS 52, 135: refused calls that are interrupted, or whose task is dead, before the
 * answer comes; and while one waits, another thread changes what its pointer points to. */
#include <pthread.h>
#include <sys/time.h>

#include "probe.h"

static char path[2][8] = {"/tmp/a", "/tmp/b"};

static void *swap(void *arg)
{
    for (;;)
        path[0][5] ^= 'a' ^ 'b';
    return arg;
}

static void nothing(int sig)
{
    (void)sig;
}

int main(void)
{
    pthread_t thread;
    struct itimerval often = {{0, 50}, {0, 50}};
    signal(SIGALRM, nothing);
    close(open(path[1], O_CREAT | O_WRONLY, 0600));
    for (int i = 0; i < 50; i++)
        if (fork() == 0) {
            alarm(0);
            if (pthread_create(&thread, NULL, swap, NULL) == 0)
                syscall(1000);
            _exit(0);
        }
    setitimer(ITIMER_REAL, &often, NULL);
    if (pthread_create(&thread, NULL, swap, NULL) != 0)
        return 1;
    for (int i = 0; i < 2000; i++)
        if (chown(path[0], 0, 0) == 0 || errno != EPERM)
            HOLE("chown");
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    while (wait(NULL) > 0)
        ;
    return 0;
}
