/* Policies with a priority for each object: GDSF and Belady with sizes. */
#include "heap.h"
#include "loop.h"

enum { HEAPED = 1 };

static void init(struct cache_sim *sim)
{
    sim->heap = cache_heap_new(sim->trace->objects);
}

static void push(struct cache_sim *sim, uint32_t object, uint32_t at, double priority)
{
    cache_heap_push(sim->heap, sim->slots, (struct cache_heap_item){priority, at, object});
    admit(sim, object, HEAPED);
}

static void change(struct cache_sim *sim, uint32_t object, uint32_t at, double priority)
{
    cache_heap_change(sim->heap, sim->slots,
                      (struct cache_heap_item){priority, at, object});
}

/* Cherkasova: Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching
 * policy, HP Labs 1998: inflation + hits / size, where inflation is the priority of the
 * last victim. mark counts, up to what it holds. */
static double gdsf_priority(const struct cache_sim *sim, const struct cache_slot *slot)
{
    return sim->inflation + (double)slot->mark / (double)slot->size;
}

static void gdsf_hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    struct cache_slot *slot = &sim->slots[object];
    slot->mark = (uint16_t)(slot->mark + (slot->mark < UINT16_MAX));
    change(sim, object, at, gdsf_priority(sim, slot));
}

static bool gdsf_miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    struct cache_slot *slot = &sim->slots[object];
    while (!fits(sim, slot->size)) {
        struct cache_heap_item victim = cache_heap_pop(sim->heap, sim->slots);
        sim->inflation = victim.priority;
        evict(sim, victim.object);
    }
    slot->mark = 1;
    push(sim, object, at, gdsf_priority(sim, slot));
    return true;
}

/* The victim is the one with the largest product of size and time to its next request, seen
 * from its last one: a heuristic, near PFOO-L in practice. What is never asked again goes
 * first of all. */
static double cost(const struct cache_sim *sim, uint32_t object, uint32_t at)
{
    double wait = (double)(sim->next[at] - at);
    double never = sim->next[at] == sim->trace->requests ? 1e18 : 0;
    return -(wait * (double)sim->slots[object].size + never);
}

static void belady_hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    change(sim, object, at, cost(sim, object, at));
}

static bool belady_miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    while (!fits(sim, sim->slots[object].size))
        evict(sim, cache_heap_pop(sim->heap, sim->slots).object);
    push(sim, object, at, cost(sim, object, at));
    return true;
}

static void gdsf_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = gdsf_hit, .miss = gdsf_miss});
}

static void belady_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to,
         &(const struct cache_policy){.hit = belady_hit, .miss = belady_miss});
}

extern const struct cache_policy cache_policy_gdsf, cache_policy_belady_size;

const struct cache_policy cache_policy_gdsf = {
    .name = "gdsf", .init = init, .hit = gdsf_hit, .miss = gdsf_miss, .run = gdsf_run};
const struct cache_policy cache_policy_belady_size = {.name = "belady-size",
                                                      .sees_future = true,
                                                      .init = init,
                                                      .hit = belady_hit,
                                                      .miss = belady_miss,
                                                      .run = belady_run};
