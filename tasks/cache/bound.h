/* bound.h - the fewest misses that any policy could have, knowing the whole trace. */
#ifndef CACHE_BOUND_H
#define CACHE_BOUND_H

#include "trace.h"

/* Where all sizes are 1: Belady with bypass, which is exact. Else PFOO-L (Berger, Beckmann,
 * Harchol-Balter: Practical bounds on optimal caching with variable object sizes,
 * SIGMETRICS 2018): a hit takes size x requests of waiting from capacity x requests in all,
 * and the cheapest hits are taken first; no policy has fewer misses. */
uint64_t cache_bound_misses(const struct cache_trace *trace, uint64_t capacity);

/* PFOO-L by itself, whatever the sizes are. */
uint64_t cache_pfoo_misses(const struct cache_trace *trace, uint64_t capacity);

#endif
