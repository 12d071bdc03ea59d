/* random: admit everything, evict any resident, all alike. */
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
enum { STEP = 16, PART = 17, VICTIM = 18, ACT = 19 };

static struct resident {
    uint64_t id;
    uint32_t size;
} * residents;
static size_t count, room;
static uint64_t capacity, used;

/* Marsaglia's xorshift. */
static uint64_t draw(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void enter(const struct request *asked)
{
    if (count == room) {
        room = 2 * room + 64;
        residents = realloc(residents, room * sizeof *residents);
        if (!residents)
            exit(1);
    }
    residents[count++] = (struct resident){asked->id, asked->size};
    used += asked->size;
}

static void miss(struct podium_channel *ch, const struct request *asked)
{
    static uint64_t victims[UINT16_MAX];
    size_t out = 0;
    struct act act = {1, 0};
    while (used + asked->size > capacity && out < UINT16_MAX) {
        size_t place = draw() % count;
        victims[out++] = residents[place].id;
        used -= residents[place].size;
        residents[place] = residents[--count];
    }
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
        if (m.type == PODIUM_HELLO) {
            capacity = ((const struct hello *)m.records)->capacity;
            podium_ready(&ch);
        } else if (m.type == STEP) {
            miss(&ch, (const struct request *)m.records + m.count - 1);
        }
    }
    return podium_bye(&ch);
}
