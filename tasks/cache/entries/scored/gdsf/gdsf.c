/* gdsf: Greedy-Dual-Size-Frequency (Cherkasova, HP Labs 1998). The victim is the object
 * with the smallest priority: inflation + hits / size, where inflation is the priority of
 * the last victim, so that what is not asked any more grows old. Of equals the one asked
 * least recently goes. */
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

static struct object {
    double priority;
    uint64_t asked_at;
    uint32_t size, hits;
    size_t place; /* in the heap */
} * objects;
static uint64_t *heap; /* ids, the first victim on top */
static size_t known, count;
static uint64_t capacity, used, now;
static double inflation;

static void *grow(void *old, size_t items, size_t size)
{
    void *grown = realloc(old, items * size);
    if (!grown)
        exit(1);
    return grown;
}

static void know(uint64_t id)
{
    if (id < known)
        return;
    known = 2 * id + 64;
    objects = grow(objects, known, sizeof *objects);
    heap = grow(heap, known, sizeof *heap);
}

static int is_before(uint64_t a, uint64_t b)
{
    const struct object *left = &objects[a], *right = &objects[b];
    return left->priority < right->priority ||
           (left->priority == right->priority && left->asked_at < right->asked_at);
}

static void put(size_t place, uint64_t id)
{
    heap[place] = id;
    objects[id].place = place;
}

static void settle(size_t place, uint64_t id)
{
    for (; place > 0 && is_before(id, heap[(place - 1) / 2]); place = (place - 1) / 2)
        put(place, heap[(place - 1) / 2]);
    for (size_t child; (child = 2 * place + 1) < count; place = child) {
        child += child + 1 < count && is_before(heap[child + 1], heap[child]);
        if (!is_before(heap[child], id))
            break;
        put(place, heap[child]);
    }
    put(place, id);
}

static void weigh(uint64_t id)
{
    struct object *object = &objects[id];
    object->asked_at = now;
    object->priority = inflation + (double)object->hits / object->size;
}

static void hit(uint64_t id)
{
    objects[id].hits++;
    weigh(id);
    settle(objects[id].place, id);
}

static uint64_t evict(void)
{
    uint64_t victim = heap[0], last = heap[--count];
    if (count > 0)
        settle(0, last);
    inflation = objects[victim].priority;
    used -= objects[victim].size;
    return victim;
}

static void enter(const struct request *asked)
{
    objects[asked->id].size = asked->size;
    objects[asked->id].hits = 1;
    weigh(asked->id);
    settle(count++, asked->id);
    used += asked->size;
}

static void miss(struct podium_channel *ch, const struct request *asked)
{
    static uint64_t victims[UINT16_MAX];
    size_t out = 0;
    struct act act = {1, 0};
    while (used + asked->size > capacity && out < UINT16_MAX)
        victims[out++] = evict();
    act.admit = used + asked->size <= capacity;
    if (act.admit)
        enter(asked);
    podium_say(ch, VICTIM, victims, out, sizeof *victims);
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
        for (size_t i = 0; i < m.count; i++, now++) {
            know(asked[i].id);
            if (asked[i].flags & HIT)
                hit(asked[i].id);
        }
        if (m.type == STEP)
            miss(&ch, &asked[m.count - 1]);
    }
    return podium_bye(&ch);
}
