/* heap.h - objects by a priority that may change, the smallest on top.
 *
 * Binary, with the priority beside the object. Where an object stands is kept in its slot
 * (before), so it serves policies without queues. Of equal priorities the one with the
 * smaller tie goes first; no two ties may be equal, so every build evicts the same object.
 */
#ifndef CACHE_HEAP_H
#define CACHE_HEAP_H

#include "sim.h"

struct cache_heap_item {
    double priority;
    uint32_t tie;
    uint32_t object;
};

struct cache_heap {
    struct cache_heap_item *items;
    uint32_t count;
};

struct cache_heap *cache_heap_new(uint32_t objects);
void cache_heap_free(struct cache_heap *heap);
void cache_heap_push(struct cache_heap *heap, struct cache_slot *slots,
                     struct cache_heap_item item);
void cache_heap_change(struct cache_heap *heap, struct cache_slot *slots,
                       struct cache_heap_item item);
/* The heap must not be empty. */
struct cache_heap_item cache_heap_pop(struct cache_heap *heap, struct cache_slot *slots);

#endif
