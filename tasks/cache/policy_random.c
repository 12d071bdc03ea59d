/* A victim drawn uniformly from the residents. The residents stand in sim->list; a slot's
 * before is its place there. */
#include "loop.h"

#include "sdk/buf.h"

enum { LISTED = 1 };

static void init(struct cache_sim *sim)
{
    static const struct task_stream stream = {"00", "cache", "1", "", "random victims", 0};
    task_rng_init(&sim->rng, &stream);
    sim->list = task_alloc(sim->trace->objects, sizeof *sim->list);
}

static void hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)sim, (void)object, (void)at;
}

static bool miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)at;
    while (!fits(sim, sim->slots[object].size)) {
        uint32_t place = (uint32_t)task_rng_below(&sim->rng, sim->list_end);
        uint32_t victim = sim->list[place], last = sim->list[--sim->list_end];
        sim->list[place] = last;
        sim->slots[last].before = place;
        evict(sim, victim);
    }
    sim->slots[object].before = sim->list_end;
    sim->list[sim->list_end++] = object;
    admit(sim, object, LISTED);
    return true;
}

static void run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = hit, .miss = miss});
}

extern const struct cache_policy cache_policy_random;
const struct cache_policy cache_policy_random = {
    .name = "random", .init = init, .hit = hit, .miss = miss, .run = run};
