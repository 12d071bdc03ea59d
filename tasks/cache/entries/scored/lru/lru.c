/* lru: admit everything, evict what was asked least recently. The trivial reference: its
 * score is 0 by definition. */
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
enum { STEP = 16, PART = 17, VICTIM = 18, ACT = 19, HIT = 1, TOO_LARGE = 2 };

/* Ids are 0, 1, 2, ... as they appear, so an array holds all objects; number 0 of the array
 * is the ring's anchor: after it comes the newest, before it the oldest. */
struct object {
    size_t before, after;
    uint32_t size;
};
static struct object *objects;
static size_t known = 0;
static uint64_t capacity, used;

static void know(uint64_t id)
{
    if (id + 2 > known) {
        known = 2 * (id + 2);
        objects = realloc(objects, known * sizeof *objects);
        if (!objects)
            exit(1);
    }
}

static void enter(size_t at)
{
    objects[at].before = 0;
    objects[at].after = objects[0].after;
    objects[objects[0].after].before = at;
    objects[0].after = at;
}

static void leave(size_t at)
{
    objects[objects[at].before].after = objects[at].after;
    objects[objects[at].after].before = objects[at].before;
}

static void hit(uint64_t id)
{
    leave(id + 1);
    enter(id + 1);
}

static void miss(struct podium_channel *ch, const struct request *asked)
{
    static uint64_t victims[UINT16_MAX];
    size_t count = 0;
    struct act act = {1, 0};
    for (; used + asked->size > capacity && count < UINT16_MAX; count++) {
        size_t oldest = objects[0].before;
        leave(oldest);
        used -= objects[oldest].size;
        victims[count] = oldest - 1;
    }
    act.admit = used + asked->size <= capacity;
    if (act.admit) {
        objects[asked->id + 1].size = asked->size;
        enter(asked->id + 1);
        used += asked->size;
    }
    podium_say(ch, VICTIM, victims, count, sizeof *victims);
    podium_answer(ch, ACT, &act, 1, sizeof act);
}

int main(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    know(0);
    objects[0] = (struct object){0, 0, 0};
    while (podium_next(&ch, &m)) {
        const struct request *asked = m.records;
        if (m.type == PODIUM_HELLO) {
            capacity = ((const struct hello *)m.records)->capacity;
            podium_ready(&ch);
            continue;
        }
        for (size_t i = 0; i < m.count; i++) {
            know(asked[i].id);
            if (asked[i].flags & HIT)
                hit(asked[i].id);
        }
        if (m.type == STEP)
            miss(&ch, &asked[m.count - 1]);
    }
    return podium_bye(&ch);
}
