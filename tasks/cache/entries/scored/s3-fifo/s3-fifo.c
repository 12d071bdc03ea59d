/* s3-fifo: three FIFO queues (Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023). New objects enter
 * a small queue of a tenth of the cache; those asked twice more while there move to the
 * main queue, the others leave and are remembered for a while: asked again, they enter the
 * main queue at once. */
#include "cache.h"

enum { COUNT_MAX = 3, MOVES_AT = 2 };

struct queue {
    uint64_t *ids;
    size_t start, end, room;
    uint64_t bytes;
};
static struct queue small, large, ghosts;

static struct object {
    uint8_t hits;
    size_t ghost; /* its place among the ghosts, plus 1 */
} * objects;
static size_t known;

static void push(struct queue *queue, uint64_t id)
{
    queue->ids = cache_fit(queue->ids, &queue->room, queue->end, sizeof *queue->ids);
    queue->ids[queue->end++] = id;
    queue->bytes += cache.sizes[id];
}

static uint64_t pop(struct queue *queue)
{
    uint64_t id = queue->ids[queue->start++];
    queue->bytes -= cache.sizes[id];
    return id;
}

static void remember(uint64_t id)
{
    push(&ghosts, id);
    objects[id].ghost = ghosts.end;
    while (ghosts.bytes > cache.capacity - cache.capacity / 10) {
        uint64_t oldest = pop(&ghosts);
        if (objects[oldest].ghost == ghosts.start)
            objects[oldest].ghost = 0;
    }
}

/* Whether the next of the queue leaves the cache; otherwise it moved. */
static int leaves_small(uint64_t id)
{
    if (objects[id].hits >= MOVES_AT) {
        objects[id].hits = 0;
        push(&large, id);
        return 0;
    }
    remember(id);
    return 1;
}

static int leaves_large(uint64_t id)
{
    if (objects[id].hits == 0)
        return 1;
    objects[id].hits--;
    push(&large, id);
    return 0;
}

static uint64_t evict(void)
{
    for (;;) {
        int is_small = small.bytes > cache.capacity / 10 || large.bytes == 0;
        uint64_t id = pop(is_small ? &small : &large);
        if (is_small ? leaves_small(id) : leaves_large(id))
            return id;
    }
}

static void hit(uint64_t id)
{
    if (objects[id].hits < COUNT_MAX)
        objects[id].hits++;
}

static void enter(uint64_t id)
{
    objects = cache_fit(objects, &known, id, sizeof *objects);
    push(objects[id].ghost ? &large : &small, id);
    objects[id].hits = 0;
    objects[id].ghost = 0;
}

int main(void)
{
    return cache_main(&(struct cache_policy){hit, evict, enter});
}
