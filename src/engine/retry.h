/* retry.h - when a request over a network is worth another try, and how long to wait for
 * it.
 *
 * Plain functions of their arguments but for the chance in the delay; nothing fails.
 */
#ifndef ENGINE_RETRY_H
#define ENGINE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* Of an HTTP status: 429 and 5xx, but for 501 and 505, which no patience changes. */
bool retry_is_worth(long status);

/* Before the next try after so many failures in a row: delay_ms for the first, doubled for
 * each more up to 30 s, and between half of that and all of it, so that many who failed
 * together do not come back together. At least what the server asked for (Retry-After), a
 * day at most. */
uint64_t retry_delay_ms(unsigned delay_ms, unsigned failures, uint64_t retry_after_s);

void retry_sleep(uint64_t ms);

#endif
