/* lru: evict what was asked least recently. The trivial reference: its score is 0 by
 * definition. */
#include "cache.h"

/* Number 0 of the array is the ring's anchor: after it comes the newest, before it the
 * oldest. Object id is number id + 1. */
static struct object {
    size_t before, after;
} * objects;
static size_t known;

static void enter(uint64_t id)
{
    size_t at = id + 1;
    objects = cache_fit(objects, &known, at, sizeof *objects);
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
    enter(id);
}

static uint64_t evict(void)
{
    size_t oldest = objects[0].before;
    leave(oldest);
    return oldest - 1;
}

int main(void)
{
    return cache_main(&(struct cache_policy){hit, evict, enter});
}
