/* state.h - the cache that an entry governs, request by request. Knows nothing of how the
 * entry is spoken to.
 *
 *     struct cache_state *state = cache_state_new(trace, capacity);
 *     while (cache_state_advance(state)) {
 *         ... state->seen[0 .. seen_count-1]: all since the last decision; the last is the
 *         miss to decide ...
 *         if (!cache_state_decide(state, &decision, err))
 *             ... TASK_ENTRY: impossible; nothing has changed, decide again ...
 *     }
 *     cache_state_free(state);
 *
 * Invariants, whatever is decided: used is the sum of the sizes of residents; used <=
 * capacity; hits + misses = requests gone by; the windows' misses add up to misses;
 * admitted - evicted = number of residents.
 */
#ifndef CACHE_STATE_H
#define CACHE_STATE_H

#include "trace.h"

#include <stddef.h>

enum {
    CACHE_WINDOWS = 20,  /* equal parts of a trace: the items of a verdict */
    CACHE_HIT = 1,       /* flags: it was resident */
    CACHE_TOO_LARGE = 2, /* larger than the cache: missed, and passed by without asking */
};

/* What an entry is told of a request: the record of STEP and PART. */
struct cache_request {
    uint64_t id;
    uint32_t size;
    uint32_t flags;
    uint64_t time_ms; /* since the first request */
};

/* What an entry decides about a miss: first the victims leave, then the object enters if it
 * is admitted. The caller's memory. */
struct cache_decision {
    uint32_t admit; /* 0 or 1 */
    const uint64_t *victims;
    size_t victim_count;
};

struct cache_state {
    const struct cache_trace *trace;
    uint64_t capacity, used;
    uint32_t at;     /* the request to decide; trace->requests at the end */
    bool is_waiting; /* for its decision */
    uint64_t misses, byte_misses, decisions, admitted, evicted;
    uint32_t window_misses[CACHE_WINDOWS];
    uint8_t *is_resident; /* [objects] */
    uint32_t *last;       /* [objects] last request, plus 1; 0 before the first */

    struct cache_request *seen;
    size_t seen_count;

    uint64_t time_ms;
    size_t seen_room;
    uint32_t begun; /* requests that were looked at */
};

/* Window of a request. */
uint32_t cache_window(const struct cache_trace *trace, uint32_t at);

/* Borrows the trace. */
struct cache_state *cache_state_new(const struct cache_trace *trace, uint64_t capacity);
void cache_state_free(struct cache_state *state);
void cache_state_cleanup(struct cache_state **state);
#define cache_auto_state __attribute__((cleanup(cache_state_cleanup)))

/* On to the next miss to decide; false when the trace has ended. */
bool cache_state_advance(struct cache_state *state);

/* Refused, with TASK_ENTRY and without any effect: admit beyond 1, a victim that is
 * not resident or named twice, and an admitted object that does not fit. Victims without
 * admission are fine. */
bool cache_state_decide(struct cache_state *state, const struct cache_decision *decision,
                        struct task_error *err);

#endif
