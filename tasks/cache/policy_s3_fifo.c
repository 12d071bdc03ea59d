/* S3-FIFO: Yang, Zhang, Qiu, Yue, Rashmi, FIFO queues are all you need for cache eviction,
 * SOSP 2023. A small queue of a tenth of the cache, a main queue, and a ghost queue of what
 * left the small one, as many bytes as the main one may have. Objects whose count is 2 or
 * more move from small to main; a hit in the ghost queue enters the main queue.
 *
 * The ghost queue is sim->list, from list_start to list_end. While an object is absent, its
 * slot's before is its place in the ghost queue and mark says whether it is there.
 */
#include "loop.h"

#include "sdk/buf.h"

enum { SMALL = 1, MAIN = 2, GHOST = 1, COUNT_MAX = 3, MOVES_AT = 2 };

static void init(struct cache_sim *sim)
{
    sim->list = task_alloc(sim->trace->requests, sizeof *sim->list);
}

static struct cache_queue *queue_of(struct cache_sim *sim, uint16_t where)
{
    return &sim->queue[where - SMALL];
}

static uint64_t small_size(const struct cache_sim *sim)
{
    return sim->capacity / 10;
}

static void haunt(struct cache_sim *sim, uint32_t object)
{
    struct cache_slot *slots = sim->slots;
    slots[object].mark = GHOST;
    slots[object].before = sim->list_end;
    sim->list[sim->list_end++] = object;
    sim->list_used += slots[object].size;
    while (sim->list_used > sim->capacity - small_size(sim)) {
        uint32_t oldest = sim->list[sim->list_start];
        struct cache_slot *slot = &slots[oldest];
        if (slot->where == CACHE_ABSENT && slot->mark == GHOST &&
            slot->before == sim->list_start)
            slot->mark = 0;
        sim->list_used -= slot->size;
        sim->list_start++;
    }
}

static void small_out(struct cache_sim *sim)
{
    uint32_t oldest = queue_oldest(sim->slots, &sim->queue[0]);
    struct cache_slot *slot = &sim->slots[oldest];
    queue_remove(sim->slots, queue_of(sim, SMALL), oldest);
    if (slot->mark < MOVES_AT) {
        evict(sim, oldest);
        haunt(sim, oldest);
        return;
    }
    slot->mark = 0;
    slot->where = MAIN;
    queue_push(sim->slots, queue_of(sim, MAIN), oldest);
}

/* The oldest goes if it was not hit, else round again with one hit less. In a ring the
 * oldest becomes the newest by a turn of the ring. */
static void main_out(struct cache_sim *sim)
{
    struct cache_queue *queue = queue_of(sim, MAIN);
    struct cache_slot *slots = sim->slots;
    uint32_t oldest = queue_oldest(slots, queue);
    while (slots[oldest].mark > 0) {
        slots[oldest].mark--;
        queue->newest = oldest;
        oldest = slots[oldest].before;
    }
    queue_remove(slots, queue, oldest);
    evict(sim, oldest);
}

static void hit(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    struct cache_slot *slot = &sim->slots[object];
    (void)at;
    if (slot->mark < COUNT_MAX)
        slot->mark++;
}

static bool miss(struct cache_sim *sim, uint32_t object, uint32_t at)
{
    struct cache_slot *slot = &sim->slots[object];
    (void)at;
    while (!fits(sim, slot->size)) {
        if (sim->queue[0].used > small_size(sim) || sim->queue[1].newest == CACHE_NONE)
            small_out(sim);
        else
            main_out(sim);
    }
    uint16_t where = slot->mark == GHOST ? MAIN : SMALL;
    slot->mark = 0;
    queue_push(sim->slots, queue_of(sim, where), object);
    admit(sim, object, where);
    return true;
}

static void run(struct cache_sim *sim, uint32_t from, uint32_t to)
{
    loop(sim, from, to, &(const struct cache_policy){.hit = hit, .miss = miss});
}

extern const struct cache_policy cache_policy_s3_fifo;
const struct cache_policy cache_policy_s3_fifo = {
    .name = "s3-fifo", .init = init, .hit = hit, .miss = miss, .run = run};
