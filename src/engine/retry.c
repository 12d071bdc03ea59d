#include "retry.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

enum { DELAY_MAX_MS = 30000, ASKED_MAX_S = 86400 };

bool retry_is_worth(long status)
{
    return status == 429 || (status >= 500 && status != 501 && status != 505);
}

uint64_t retry_delay_ms(unsigned delay_ms, unsigned failures, uint64_t retry_after_s)
{
    uint64_t delay = delay_ms;
    for (unsigned i = 1; i < failures && delay < DELAY_MAX_MS; i++)
        delay *= 2;
    if (delay > DELAY_MAX_MS)
        delay = DELAY_MAX_MS;
    uint32_t chance = 0;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != (ssize_t)sizeof chance)
        chance = UINT32_MAX / 2;
    delay = delay / 2 + delay * chance / UINT32_MAX / 2;
    uint64_t asked = 1000 * (retry_after_s > ASKED_MAX_S ? ASKED_MAX_S : retry_after_s);
    return asked > delay ? asked : delay;
}

void retry_sleep(uint64_t ms)
{
    struct timespec rest = {(time_t)(ms / 1000), (long)(ms % 1000 * 1000000)};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        continue;
}
