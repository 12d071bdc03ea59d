/* expect: end=wall wall=1 idle=yes stdout=waits max_ms=5000 */
/* ATTACKS 4, 62: a chain of tasks in the one uninterruptible wait that needs no file system
 * of its own: each for a child that shares its memory and never executes. */
#include "probe.h"

/* The state of a process by its stat: the letter behind the name. */
static char state_of(pid_t pid)
{
    char path[32], text[512] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY);
    if (fd < 0 || read(fd, text, sizeof text - 1) <= 0 || !strrchr(text, ')'))
        return '?';
    return strrchr(text, ')')[2];
}

static int wait_deeper(void *depth)
{
    char stack[4096] __attribute__((aligned(16)));
    int left = *(int *)depth - 1;
    signal(SIGTERM, SIG_IGN);
    if (left > 0)
        clone(wait_deeper, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &left);
    while (pause() < 0)
        ;
    return 0;
}

int main(void)
{
    int depth = 20;
    pid_t pid = fork();
    if (pid == 0)
        wait_deeper(&depth);
    while (state_of(pid) != 'D')
        doze(10);
    printf("waits\n");
    if (fflush(stdout) != 0)
        return 1;
    for (;;)
        pause();
}
