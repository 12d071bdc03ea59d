/* random: evict any resident, all alike. */
#include "cache.h"

static uint64_t *residents;
static size_t count, room;

/* Marsaglia's xorshift. */
static uint64_t draw(void)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void hit(uint64_t id)
{
    (void)id;
}

static uint64_t evict(void)
{
    size_t place = draw() % count;
    uint64_t victim = residents[place];
    residents[place] = residents[--count];
    return victim;
}

static void enter(uint64_t id)
{
    residents = cache_fit(residents, &room, count, sizeof *residents);
    residents[count++] = id;
}

int main(void)
{
    return cache_main(&(struct cache_policy){hit, evict, enter});
}
