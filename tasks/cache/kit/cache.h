/* cache.h: a client for the task cache. A policy is three functions, and the client does
 * the dialogue, sizes and the sum of what is in the cache:
 *
 *     static void hit(uint64_t id);                        it was asked and is there
 *     static uint64_t evict(void);                         which one leaves next
 *     static void enter(uint64_t id);                      it was missed and comes in
 *     int main(void) { return cache_main(&(struct cache_policy){hit, evict, enter}); }
 *
 * All that is missed comes in, if it fits after at most CACHE_VICTIMS left. Ids are 0, 1,
 * 2, ... as they appear, so arrays hold objects, and cache_fit makes room in them.
 * cache.capacity and cache.sizes[id] may be read.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef CACHE_H
#define CACHE_H

#include "podium_channel.h"

enum { STEP = 16, PART = 17, VICTIM = 18, ACT = 19 };
enum { HIT = 1, TOO_LARGE = 2 }; /* flags */
enum { CACHE_VICTIMS = UINT16_MAX };

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

struct cache_policy {
    void (*hit)(uint64_t id);
    uint64_t (*evict)(void);
    void (*enter)(uint64_t id);
};

static struct {
    uint64_t capacity, used;
    uint32_t *sizes;
    size_t known;
} cache;

/* Room for items[index]; what is new is zero. */
static inline void *cache_fit(void *items, size_t *count, size_t index, size_t size)
{
    if (index < *count)
        return items;
    size_t room = 2 * index + 64;
    char *grown = realloc(items, room * size);
    if (!grown)
        exit(1);
    memset(grown + *count * size, 0, (room - *count) * size);
    *count = room;
    return grown;
}

static inline void cache_miss(struct podium_channel *ch, const struct cache_policy *policy,
                              const struct request *asked)
{
    static uint64_t victims[CACHE_VICTIMS];
    size_t count = 0;
    struct act act = {0, 0};
    cache.sizes[asked->id] = asked->size;
    while (cache.used + asked->size > cache.capacity && count < CACHE_VICTIMS) {
        victims[count] = policy->evict();
        cache.used -= cache.sizes[victims[count++]];
    }
    if (cache.used + asked->size <= cache.capacity) {
        act.admit = 1;
        cache.used += asked->size;
        policy->enter(asked->id);
    }
    podium_say(ch, VICTIM, victims, count, sizeof *victims);
    podium_answer(ch, ACT, &act, 1, sizeof act);
}

static inline int cache_main(const struct cache_policy *policy)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    while (podium_next(&ch, &m)) {
        const struct request *asked = m.records;
        if (m.type == PODIUM_HELLO) {
            cache.capacity = ((const struct hello *)m.records)->capacity;
            podium_ready(&ch);
            continue;
        }
        for (size_t i = 0; i < m.count; i++) {
            cache.sizes =
                cache_fit(cache.sizes, &cache.known, asked[i].id, sizeof *cache.sizes);
            if (asked[i].flags & HIT)
                policy->hit(asked[i].id);
        }
        if (m.type == STEP)
            cache_miss(&ch, policy, &asked[m.count - 1]);
    }
    return podium_bye(&ch);
}

#endif
