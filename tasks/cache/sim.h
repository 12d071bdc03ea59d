/* sim.h - policies that run in process, over a whole trace, as fast as they can.
 *
 *     struct cache_sim *sim = cache_sim_new(trace, capacity, cache_policy_find("lru"));
 *     cache_sim_run(sim, 0, trace->requests);
 *     ... sim->misses ...
 *     cache_sim_free(sim);
 *
 * A policy is two functions, what it does on a hit and on a miss, and the loop over them
 * that its own file instantiates (loop.h), so that nothing is called through a pointer. The
 * same two functions can be driven request by request against the environment: drive.h.
 * The bound, the trivial policy's figures and the README's table come from here.
 */
#ifndef CACHE_SIM_H
#define CACHE_SIM_H

#include "trace.h"

#include "sdk/rng.h"

struct cache_heap;
struct cache_bits;

enum { CACHE_ABSENT = 0, CACHE_NONE = UINT32_MAX };

/* All that is known of an object, within one cache line: 16 bytes. */
struct cache_slot {
    uint32_t before, after; /* in its queue; the policy's own where there is none */
    uint32_t size;
    uint16_t where; /* CACHE_ABSENT, or in which queue of the policy */
    uint16_t mark;  /* the policy's own: visited, hits, ghost */
};

/* A ring of slots: after leads from the newest to the oldest, and on to the newest. */
struct cache_queue {
    uint32_t newest; /* CACHE_NONE: empty */
    uint64_t used;
};

struct cache_sim {
    const struct cache_trace *trace;
    const struct cache_policy *policy;
    uint64_t capacity, used;
    uint64_t misses, byte_misses;
    struct cache_slot *slots; /* [objects] */
    uint32_t *victims;        /* of the last miss */
    uint32_t victim_count;

    /* What a policy takes of the following is its own matter. */
    struct cache_queue queue[2];
    uint32_t *next; /* cache_trace_next, where the policy sees the future */
    uint32_t *list; /* [objects], or [requests] of s3-fifo */
    uint32_t list_start, list_end;
    uint64_t list_used;
    uint32_t hand;
    double inflation;
    struct task_rng rng;
    struct cache_heap *heap;
    struct cache_bits *bits;
};

struct cache_policy {
    const char *name;
    bool sees_future;
    void (*init)(struct cache_sim *sim);
    void (*hit)(struct cache_sim *sim, uint32_t object, uint32_t at);
    /* False: not admitted. Victims are in sim->victims either way. */
    bool (*miss)(struct cache_sim *sim, uint32_t object, uint32_t at);
    void (*run)(struct cache_sim *sim, uint32_t from, uint32_t to);
};

/* NULL: no such policy. */
const struct cache_policy *cache_policy_find(const char *name);
const struct cache_policy *cache_policy_at(size_t index); /* NULL behind the last */

/* Borrows the trace. */
struct cache_sim *cache_sim_new(const struct cache_trace *trace, uint64_t capacity,
                                const struct cache_policy *policy);
void cache_sim_free(struct cache_sim *sim);

/* Requests from .. to-1; the caller goes through a trace in order. */
void cache_sim_run(struct cache_sim *sim, uint32_t from, uint32_t to);

/* Misses of a whole run. */
uint64_t cache_sim_misses(const struct cache_trace *trace, uint64_t capacity,
                          const char *policy);

#endif
