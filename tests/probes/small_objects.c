/* expect: end=exit exit=0 repeat=2 processes=8 */
/* ATTACKS 74, 155: small things of the kernel, each kind until it is refused. What is
 * counted by uid is all there again the next time. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>

#include "probe.h"

static int watch(void)
{
    return inotify_init1(0);
}

static int wait_set(void)
{
    return epoll_create1(0);
}

static int event(void)
{
    return eventfd(0, 0);
}

static int clock_event(void)
{
    return timerfd_create(CLOCK_MONOTONIC, 0);
}

static int clock_signal(void)
{
    timer_t timer;
    return timer_create(CLOCK_MONOTONIC, NULL, &timer);
}

int main(void)
{
    int (*const makers[])(void) = {clock_signal, watch, wait_set, event, clock_event};
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        int n = 0;
        while (n < 20000 && makers[i]() >= 0)
            n++;
        if (n < 100 || n > 1100)
            HOLE("%d of kind %zu", n, i);
        close_range(3, ~0u, 0);
    }
    return 0;
}
