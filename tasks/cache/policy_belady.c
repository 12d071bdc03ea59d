/* Belady's rule with bypass: evict, or do not admit, whatever is asked again last. With
 * objects of one size no policy misses less (Belady 1966; Mattson et al. 1970).
 *
 * The priority of a resident is the number of its next request, and no two are equal. So
 * the set of residents that are asked again is a set of request numbers (bits.h), and
 * request i is a hit exactly if i is in it: on the fast way no object is ever looked up.
 * Residents that are never asked again go first of all, in sim->list.
 */
#include "loop.h"

#include "bits.h"

enum { KEPT = 1 };

static void init(struct cache_sim *sim)
{
    sim->bits = cache_bits_new(sim->trace->requests + 1);
    sim->list = task_alloc(sim->trace->objects, sizeof *sim->list);
}

static void hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    uint32_t next = sim->next[at];
    cache_bits_remove(sim->bits, at);
    if (next < sim->trace->requests)
        cache_bits_add(sim->bits, next);
    else
        sim->list[sim->list_end++] = object;
}

/* False: all that is left is asked again sooner. */
static bool make_room(struct cache_sim *sim, uint32_t size, uint32_t next)
{
    while (!fits(sim, size)) {
        if (sim->list_end > 0) {
            evict(sim, sim->list[--sim->list_end]);
            continue;
        }
        uint32_t furthest = cache_bits_largest(sim->bits);
        if (furthest < next)
            return false;
        cache_bits_remove(sim->bits, furthest);
        evict(sim, sim->trace->object[furthest]);
    }
    return true;
}

static bool miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    uint32_t next = sim->next[at];
    if (next == sim->trace->requests || !make_room(sim, sim->slots[object].size, next))
        return false;
    cache_bits_add(sim->bits, next);
    admit(sim, object, KEPT);
    return true;
}

static void run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    uint64_t misses = 0, byte_misses = 0;
    for (uint32_t at = from; at < to; at++) {
        uint32_t object = sim->trace->object[at];
        if (cache_bits_has(sim->bits, at)) {
            hit(sim, object, at);
            continue;
        }
        misses++;
        byte_misses += sim->slots[object].size;
        sim->victim_count = 0;
        if (sim->slots[object].size <= sim->capacity)
            (void)miss(sim, object, at);
    }
    sim->misses += misses;
    sim->byte_misses += byte_misses;
}

extern const struct cache_policy cache_policy_belady;
const struct cache_policy cache_policy_belady = {.name = "belady",
                                                 .sees_future = true,
                                                 .init = init,
                                                 .hit = hit,
                                                 .miss = miss,
                                                 .run = run};
