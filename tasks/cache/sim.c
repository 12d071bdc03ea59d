#include "sim.h"

#include "bits.h"
#include "heap.h"

#include "sdk/buf.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_POLICY(id) extern const struct cache_policy cache_policy_##id;
#include "policy.def"
#undef CACHE_POLICY

#define CACHE_POLICY(id) &cache_policy_##id,
static const struct cache_policy *const policies[] = {
#include "policy.def"
    NULL};
#undef CACHE_POLICY

const struct cache_policy *cache_policy_at(size_t index)
{
    return index < sizeof policies / sizeof policies[0] ? policies[index] : NULL;
}

const struct cache_policy *cache_policy_find(const char *name)
{
    for (size_t i = 0; policies[i]; i++) {
        if (strcmp(policies[i]->name, name) == 0)
            return policies[i];
    }
    return NULL;
}

struct cache_sim *cache_sim_new(const struct cache_trace *trace, uint64_t capacity,
                                const struct cache_policy *policy)
{
    struct cache_sim *sim = task_alloc(1, sizeof *sim);
    sim->trace = trace;
    sim->policy = policy;
    sim->capacity = capacity;
    sim->slots = task_alloc(trace->objects, sizeof *sim->slots);
    sim->victims = task_alloc(trace->objects, sizeof *sim->victims);
    sim->queue[0].newest = sim->queue[1].newest = sim->hand = CACHE_NONE;
    for (uint32_t i = 0; i < trace->objects; i++)
        sim->slots[i].size = trace->size[i];
    if (policy->sees_future)
        sim->next = cache_trace_next(trace);
    if (policy->init)
        policy->init(sim);
    return sim;
}

void cache_sim_free(struct cache_sim *sim)
{
    if (!sim)
        return;
    free(sim->slots);
    free(sim->victims);
    free(sim->next);
    free(sim->list);
    cache_heap_free(sim->heap);
    cache_bits_free(sim->bits);
    free(sim);
}

void cache_sim_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    sim->policy->run(sim, from, to);
}

uint64_t cache_sim_misses(const struct cache_trace *trace, uint64_t capacity,
                          const char *policy)
{
    struct cache_sim *sim = cache_sim_new(trace, capacity, cache_policy_find(policy));
    cache_sim_run(sim, 0, trace->requests);
    uint64_t misses = sim->misses;
    cache_sim_free(sim);
    return misses;
}
