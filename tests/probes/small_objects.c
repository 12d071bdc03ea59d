/* expect: end=exit exit=0 repeat=2 processes=8 */
/* ATTACKS 74, 155: small things of the kernel, each kind until it is refused. What is
 * counted by uid is all there again the next time. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include "probe.h"

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
    static const struct {
        int (*make)(void);
        int least, most;
    } kinds[] = {{clock_signal, 100, 1100},
                 {wait_set, 100, 300},
                 {event, 100, 300},
                 {clock_event, 100, 300}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        int n = 0;
        while (n < 20000 && kinds[i].make() >= 0)
            n++;
        if (n < kinds[i].least || n > kinds[i].most)
            HOLE("%d of kind %zu", n, i);
        close_range(3, ~0u, 0);
    }
    return 0;
}
