#include "bound.h"

#include "sim.h"

#include "sdk/buf.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* What each hit would cost; those of objects that never fit are left out. */
static uint32_t list_costs(const struct cache_trace *trace, uint64_t capacity,
                           uint64_t *costs)
{
    uint32_t *next = cache_trace_next(trace), count = 0;
    for (uint32_t i = 0; i < trace->requests; i++) {
        uint32_t size = trace->size[trace->object[i]];
        if (next[i] < trace->requests && size <= capacity)
            costs[count++] = (uint64_t)(next[i] - i) * size;
    }
    free(next);
    return count;
}

uint64_t cache_pfoo_misses(const struct cache_trace *trace, uint64_t capacity)
{
    uint64_t *costs = task_alloc(trace->requests, sizeof *costs);
    uint32_t count = list_costs(trace, capacity, costs), hits = 0;
    unsigned __int128 room = (unsigned __int128)capacity * trace->requests, taken = 0;
    qsort(costs, count, sizeof *costs, compare);
    while (hits < count && taken + costs[hits] <= room)
        taken += costs[hits++];
    free(costs);
    return trace->requests - hits;
}

uint64_t cache_bound_misses(const struct cache_trace *trace, uint64_t capacity)
{
    return trace->is_unit ? cache_sim_misses(trace, capacity, "belady")
                          : cache_pfoo_misses(trace, capacity);
}
