#include "heap.h"

#include "sdk/buf.h"

#include <stdlib.h>

struct cache_heap *cache_heap_new(uint32_t objects)
{
    struct cache_heap *heap = task_alloc(1, sizeof *heap);
    heap->items = task_alloc(objects, sizeof *heap->items);
    return heap;
}

void cache_heap_free(struct cache_heap *heap)
{
    if (heap)
        free(heap->items);
    free(heap);
}

static bool is_before(struct cache_heap_item a, struct cache_heap_item b)
{
    return a.priority < b.priority || (a.priority == b.priority && a.tie < b.tie);
}

static void put(struct cache_heap *heap, struct cache_slot *slots, uint32_t at,
                struct cache_heap_item item)
{
    heap->items[at] = item;
    slots[item.object].before = at;
}

static void rise(struct cache_heap *heap, struct cache_slot *slots, uint32_t at,
                 struct cache_heap_item item)
{
    while (at > 0 && is_before(item, heap->items[(at - 1) / 2])) {
        put(heap, slots, at, heap->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(heap, slots, at, item);
}

static void sink(struct cache_heap *heap, struct cache_slot *slots, uint32_t at,
                 struct cache_heap_item item)
{
    for (uint32_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count &&
            is_before(heap->items[child + 1], heap->items[child]))
            child++;
        if (!is_before(heap->items[child], item))
            break;
        put(heap, slots, at, heap->items[child]);
    }
    put(heap, slots, at, item);
}

void cache_heap_push(struct cache_heap *heap, struct cache_slot *slots,
                     struct cache_heap_item item)
{
    rise(heap, slots, heap->count++, item);
}

void cache_heap_change(struct cache_heap *heap, struct cache_slot *slots,
                       struct cache_heap_item item)
{
    uint32_t at = slots[item.object].before;
    if (is_before(item, heap->items[at]))
        rise(heap, slots, at, item);
    else
        sink(heap, slots, at, item);
}

struct cache_heap_item cache_heap_pop(struct cache_heap *heap, struct cache_slot *slots)
{
    struct cache_heap_item top = heap->items[0], last = heap->items[--heap->count];
    if (heap->count > 0)
        sink(heap, slots, 0, last);
    return top;
}
