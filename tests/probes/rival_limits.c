/* expect: end=exit exit=0 beside=yes needs=root */
/* ATTACKS 74, 155: one entry takes all that the kernel counts by user; another one still
 * gets its own share. As an ordinary user both are that user, so there is no such promise.
 */
#include "probe.h"

struct share {
    int signals, pipe_bytes;
};

/* All there is, and it stays taken. */
static struct share take_all(void)
{
    struct share share = {0};
    int ends[2];
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    while (sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == 0)
        share.signals++;
    for (int i = 0; i < 60; i++) {
        if (pipe(ends) != 0)
            break;
        int bytes = fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        if (bytes > share.pipe_bytes)
            share.pipe_bytes = bytes;
    }
    return share;
}

int main(int argc, char **argv)
{
    (void)argv;
    struct share own = take_all();
    while (argc > 1) {
        printf("%d signals, pipes of %d\n", own.signals, own.pipe_bytes);
        if (fflush(stdout) != 0)
            return 1;
        doze(20);
    }
    if (own.signals < 500 || own.pipe_bytes < 1 << 20)
        HOLE("%d signals, pipes of %d bytes", own.signals, own.pipe_bytes);
    return 0;
}
