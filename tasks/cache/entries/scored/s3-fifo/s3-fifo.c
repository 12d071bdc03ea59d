/* s3-fifo: three FIFO queues (Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023). New objects enter
 * a small queue of a tenth of the cache; those asked twice more while there move to the
 * main queue, the others leave and are remembered for a while: asked again, they enter the
 * main queue at once. */
#include "podium_channel.h"

struct hello {
    uint32_t kind, is_unit;
    uint64_t capacity;
};
struct request {
    uint64_t id;
    uint32_t size, flags;
    uint64_t time_ms;
};
struct act {
    uint32_t admit, reserved;
};
enum { STEP = 16, PART = 17, VICTIM = 18, ACT = 19, HIT = 1 };

enum { COUNT_MAX = 3, MOVES_AT = 2 };

struct queue {
    uint64_t *ids;
    size_t start, end, room;
    uint64_t bytes;
};
static struct queue small, large, ghosts;

static struct object {
    uint32_t size;
    uint8_t hits;
    size_t ghost; /* its place among the ghosts, plus 1 */
} * objects;
static size_t known;
static uint64_t capacity;

static uint64_t victims[UINT16_MAX];
static size_t victim_count;

static void *grow(void *old, size_t count, size_t size)
{
    void *grown = realloc(old, count * size);
    if (!grown)
        exit(1);
    return grown;
}

static void know(uint64_t id)
{
    if (id < known)
        return;
    size_t before = known;
    known = 2 * id + 64;
    objects = grow(objects, known, sizeof *objects);
    memset(objects + before, 0, (known - before) * sizeof *objects);
}

static void push(struct queue *queue, uint64_t id)
{
    if (queue->end == queue->room) {
        queue->room = 2 * queue->room + 64;
        queue->ids = grow(queue->ids, queue->room, sizeof *queue->ids);
    }
    queue->ids[queue->end++] = id;
    queue->bytes += objects[id].size;
}

static uint64_t pop(struct queue *queue)
{
    uint64_t id = queue->ids[queue->start++];
    queue->bytes -= objects[id].size;
    return id;
}

static void remember(uint64_t id)
{
    push(&ghosts, id);
    objects[id].ghost = ghosts.end;
    while (ghosts.bytes > capacity - capacity / 10) {
        uint64_t oldest = pop(&ghosts);
        if (objects[oldest].ghost == ghosts.start)
            objects[oldest].ghost = 0;
    }
}

static void small_out(void)
{
    uint64_t id = pop(&small);
    if (objects[id].hits >= MOVES_AT) {
        objects[id].hits = 0;
        push(&large, id);
        return;
    }
    victims[victim_count++] = id;
    remember(id);
}

static void large_out(void)
{
    uint64_t id = pop(&large);
    if (objects[id].hits > 0) {
        objects[id].hits--;
        push(&large, id);
        return;
    }
    victims[victim_count++] = id;
}

static void miss(struct podium_channel *ch, const struct request *asked)
{
    struct object *object = &objects[asked->id];
    struct act act = {1, 0};
    victim_count = 0;
    object->size = asked->size;
    while (small.bytes + large.bytes + asked->size > capacity &&
           victim_count < UINT16_MAX) {
        if (small.bytes > capacity / 10 || large.bytes == 0)
            small_out();
        else
            large_out();
    }
    act.admit = small.bytes + large.bytes + asked->size <= capacity;
    if (act.admit) {
        push(object->ghost ? &large : &small, asked->id);
        object->hits = 0;
        object->ghost = 0;
    }
    podium_say(ch, VICTIM, victims, victim_count, sizeof *victims);
    podium_answer(ch, ACT, &act, 1, sizeof act);
}

int main(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    while (podium_next(&ch, &m)) {
        const struct request *asked = m.records;
        if (m.type == PODIUM_HELLO) {
            capacity = ((const struct hello *)m.records)->capacity;
            podium_ready(&ch);
            continue;
        }
        for (size_t i = 0; i < m.count; i++) {
            know(asked[i].id);
            struct object *object = &objects[asked[i].id];
            if ((asked[i].flags & HIT) && object->hits < COUNT_MAX)
                object->hits++;
        }
        if (m.type == STEP)
            miss(&ch, &asked[m.count - 1]);
    }
    return podium_bye(&ch);
}
