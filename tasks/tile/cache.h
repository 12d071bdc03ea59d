/* cache.h - a set-associative cache with true LRU replacement.
 *
 * Addresses are block numbers (a line's or a page's), never bytes: the caller shifts. The
 * set is the block number modulo the number of sets. The shape is the caller's constant and
 * comes with every call, so that the compiler can unroll the search. Nothing fails.
 */
#ifndef TILE_CACHE_H
#define TILE_CACHE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { CACHE_SETS_MAX = 64, CACHE_WAYS_MAX = 8 };

struct cache_shape {
    uint32_t sets; /* a power of two, at most CACHE_SETS_MAX */
    uint32_t ways; /* at most CACHE_WAYS_MAX */
};

struct cache {
    /* Block + 1, 0 = empty; a set's most recently used block stands first. */
    uint32_t block[CACHE_SETS_MAX][CACHE_WAYS_MAX];
};

static inline void cache_clear(struct cache *cache)
{
    memset(cache, 0, sizeof *cache);
}

/* Uses the block, which becomes its set's most recent: true on a hit. In the header because
 * the simulation spends its time here. */
static inline bool cache_use(struct cache *cache, struct cache_shape shape, uint32_t block)
{
    uint32_t *set = cache->block[block & (shape.sets - 1)];
    uint32_t carried = set[0];

    if (carried == block + 1)
        return true;
    set[0] = block + 1;
    for (uint32_t way = 1; way < shape.ways; way++) {
        uint32_t here = set[way];
        set[way] = carried;
        if (here == block + 1)
            return true;
        carried = here;
    }
    return false;
}

#endif
