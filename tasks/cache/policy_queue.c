/* Policies of one queue: FIFO, LRU, SIEVE. */
#include "loop.h"

enum { QUEUED = 1 };

static void no_hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)sim, (void)object, (void)at;
}

/* Make room from the old end and enter at the new one. */
static bool enter(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    struct cache_slot *slots = sim->slots;
    (void)at;
    while (!fits(sim, slots[object].size)) {
        uint32_t oldest = queue_oldest(slots, &sim->queue[0]);
        queue_remove(slots, &sim->queue[0], oldest);
        evict(sim, oldest);
    }
    queue_push(slots, &sim->queue[0], object);
    admit(sim, object, QUEUED);
    return true;
}

static void refresh(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)at;
    if (sim->queue[0].newest == object)
        return;
    queue_remove(sim->slots, &sim->queue[0], object);
    queue_push(sim->slots, &sim->queue[0], object);
}

static void visit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)at;
    sim->slots[object].mark = 1;
}

/* The hand goes from old to new and spares whom it finds visited, once. */
static void sieve_out(struct cache_sim *sim)
{
    struct cache_slot *slots = sim->slots;
    struct cache_queue *queue = &sim->queue[0];
    uint32_t hand = sim->hand == CACHE_NONE ? queue_oldest(slots, queue) : sim->hand;
    while (slots[hand].mark) {
        slots[hand].mark = 0;
        hand = slots[hand].before; /* the newest is behind the oldest: it wraps */
    }
    sim->hand = hand == queue->newest ? CACHE_NONE : slots[hand].before;
    queue_remove(slots, queue, hand);
    evict(sim, hand);
}

/* Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is simpler than LRU, NSDI 2024. */
static bool sieve_miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    (void)at;
    while (!fits(sim, sim->slots[object].size))
        sieve_out(sim);
    sim->slots[object].mark = 0;
    queue_push(sim->slots, &sim->queue[0], object);
    admit(sim, object, QUEUED);
    return true;
}

static void fifo_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = no_hit, .miss = enter});
}

static void lru_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = refresh, .miss = enter});
}

static void sieve_run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = visit, .miss = sieve_miss});
}

extern const struct cache_policy cache_policy_fifo, cache_policy_lru, cache_policy_sieve;

const struct cache_policy cache_policy_fifo = {
    .name = "fifo", .hit = no_hit, .miss = enter, .run = fifo_run};
const struct cache_policy cache_policy_lru = {
    .name = "lru", .hit = refresh, .miss = enter, .run = lru_run};
const struct cache_policy cache_policy_sieve = {
    .name = "sieve", .hit = visit, .miss = sieve_miss, .run = sieve_run};
