/* loop.h - what the policies' files share: queues, eviction, the loop over a trace.
 * Private to them.
 */
#ifndef CACHE_LOOP_H
#define CACHE_LOOP_H

#include "sim.h"

static inline bool fits(const struct cache_sim *sim, uint32_t size)
{
    return sim->used + size <= sim->capacity;
}

static inline void admit(struct cache_sim *sim, uint32_t object, uint16_t where)
{
    sim->slots[object].where = where;
    sim->used += sim->slots[object].size;
}

static inline void evict(struct cache_sim *sim, uint32_t object)
{
    sim->slots[object].where = CACHE_ABSENT;
    sim->used -= sim->slots[object].size;
    sim->victims[sim->victim_count++] = object;
}

static inline void queue_push(struct cache_slot *slots, struct cache_queue *queue,
                              uint32_t object)
{
    uint32_t newest = queue->newest;
    queue->newest = object;
    queue->used += slots[object].size;
    if (newest == CACHE_NONE) {
        slots[object].before = slots[object].after = object;
        return;
    }
    uint32_t oldest = slots[newest].before;
    slots[oldest].after = slots[newest].before = object;
    slots[object].before = oldest;
    slots[object].after = newest;
}

static inline void queue_remove(struct cache_slot *slots, struct cache_queue *queue,
                                uint32_t object)
{
    const struct cache_slot *slot = &slots[object];
    queue->used -= slot->size;
    if (slot->after == object) {
        queue->newest = CACHE_NONE;
        return;
    }
    slots[slot->before].after = slot->after;
    slots[slot->after].before = slot->before;
    if (queue->newest == object)
        queue->newest = slot->after;
}

static inline uint32_t queue_oldest(const struct cache_slot *slots,
                                    const struct cache_queue *queue)
{
    return slots[queue->newest].before;
}

/* Inlined with constant functions: one loop a policy. An object larger than the cache
 * passes by without asking. */
__attribute__((always_inline)) static inline void
loop(struct cache_sim *sim, uint32_t from, uint32_t to, const struct cache_policy *policy)
{
    const uint32_t *objects = sim->trace->object;
    const struct cache_slot *slots = sim->slots;
    uint64_t misses = 0, byte_misses = 0;
    for (uint32_t at = from; at < to; at++) {
        uint32_t object = objects[at];
        if (slots[object].where != CACHE_ABSENT) {
            policy->hit(sim, object, at);
            continue;
        }
        misses++;
        byte_misses += slots[object].size;
        if (slots[object].size > sim->capacity)
            continue;
        sim->victim_count = 0;
        (void)policy->miss(sim, object, at);
    }
    sim->misses += misses;
    sim->byte_misses += byte_misses;
}

#endif
