/* gdsf-memory: Greedy-Dual-Size-Frequency (Cherkasova, HP Labs 1998), and the hits of an
 * object are remembered when it is evicted. The victim is the object with the smallest
 * priority: inflation + hits / size, where inflation is the priority of the last victim, so
 * that what is not asked any more grows old. Of equals the one asked least recently goes.
 */
#include "cache.h"

static struct object {
    double priority;
    uint64_t asked_at;
    uint32_t hits;
    size_t place; /* in the heap */
} * objects;
static uint64_t *heap; /* ids, the first victim on top */
static size_t known, room, count;
static uint64_t now;
static double inflation;

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
    object->hits++;
    object->asked_at = now++;
    object->priority = inflation + (double)object->hits / cache.sizes[id];
}

static void hit(uint64_t id)
{
    weigh(id);
    settle(objects[id].place, id);
}

static uint64_t evict(void)
{
    uint64_t victim = heap[0], last = heap[--count];
    if (count > 0)
        settle(0, last);
    inflation = objects[victim].priority;
    return victim;
}

static void enter(uint64_t id)
{
    objects = cache_fit(objects, &known, id, sizeof *objects);
    heap = cache_fit(heap, &room, count, sizeof *heap);
    weigh(id);
    settle(count++, id);
}

int main(void)
{
    return cache_main(&(struct cache_policy){hit, evict, enter});
}
