/* Policies with a priority for each object: GDSF and Belady with sizes. */
#include "heap.h"
#include "loop.h"

#include "sdk/buf.h"

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

static void gdsf_init(struct cache_sim *sim)
{
    init(sim);
    sim->list = task_alloc(sim->trace->objects, sizeof *sim->list);
}

/* Cherkasova: Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching
 * policy, HP Labs 1998: inflation + hits / size, where inflation is the priority of the
 * last victim. Of equals the one asked least recently goes. sim->list has the hits. */
static double gdsf_priority(const struct cache_sim *sim, uint32_t object)
{
    return sim->inflation + (double)sim->list[object] / (double)sim->slots[object].size;
}

static void gdsf_hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    sim->list[object]++;
    change(sim, object, at, gdsf_priority(sim, object));
}

/* The variant: an object that comes back has the hits of its former stays. */
static bool gdsf_memory_miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    while (!fits(sim, sim->slots[object].size)) {
        struct cache_heap_item victim = cache_heap_pop(sim->heap, sim->slots);
        sim->inflation = victim.priority;
        evict(sim, victim.object);
    }
    sim->list[object]++;
    push(sim, object, at, gdsf_priority(sim, object));
    return true;
}

static bool gdsf_miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    sim->list[object] = 0;
    return gdsf_memory_miss(sim, object, at);
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

static void gdsf_memory_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to,
         &(const struct cache_policy){.hit = gdsf_hit, .miss = gdsf_memory_miss});
}

static void belady_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to,
         &(const struct cache_policy){.hit = belady_hit, .miss = belady_miss});
}

extern const struct cache_policy cache_policy_gdsf, cache_policy_gdsf_memory,
    cache_policy_belady_size;

const struct cache_policy cache_policy_gdsf = {
    .name = "gdsf", .init = gdsf_init, .hit = gdsf_hit, .miss = gdsf_miss, .run = gdsf_run};
const struct cache_policy cache_policy_gdsf_memory = {.name = "gdsf-memory",
                                                      .init = gdsf_init,
                                                      .hit = gdsf_hit,
                                                      .miss = gdsf_memory_miss,
                                                      .run = gdsf_memory_run};
const struct cache_policy cache_policy_belady_size = {.name = "belady-size",
                                                      .sees_future = true,
                                                      .init = init,
                                                      .hit = belady_hit,
                                                      .miss = belady_miss,
                                                      .run = belady_run};
