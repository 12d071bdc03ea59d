#include "lookup.h"

#include "buf.h"

#include <stdlib.h>
#include <string.h>

/* Open addressing: an item lies in the first free slot from that of its hash on. */
struct pod_lookup_slot {
    uint64_t hash;
    size_t number; /* of the item, from 1; 0: free */
};

enum { SLOTS_MIN = 16 };

/* Eight bytes at a time, multiplied by the golden ratio (Knuth, volume 3, section 6.4). Who
 * chooses texts that collide makes the walk as long as the list, and nothing worse. */
static uint64_t hash_text(const char *text)
{
    static const uint64_t ratio = UINT64_C(0x9e3779b97f4a7c15);
    size_t length = strlen(text);
    uint64_t hash = length;
    for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        size_t rest = length - at;
        memcpy(&word, text + at, rest < sizeof word ? rest : sizeof word);
        hash = (hash ^ word) * ratio;
        hash ^= hash >> 32;
    }
    return hash;
}

static void put(struct pod_lookup *lookup, struct pod_lookup_slot one)
{
    size_t at = one.hash & (lookup->slot_count - 1);
    while (lookup->slots[at].number != 0)
        at = (at + 1) & (lookup->slot_count - 1);
    lookup->slots[at] = one;
}

/* At most half of the slots are taken, so that a walk ends soon. */
static void make_room(struct pod_lookup *lookup)
{
    if (2 * (lookup->count + 1) <= lookup->slot_count)
        return;
    struct pod_lookup old = *lookup;
    lookup->slot_count = old.slot_count > 0 ? 2 * old.slot_count : SLOTS_MIN;
    lookup->slots = pod_alloc(lookup->slot_count, sizeof *lookup->slots);
    for (size_t i = 0; i < old.slot_count; i++)
        if (old.slots[i].number != 0)
            put(lookup, old.slots[i]);
    free(old.slots);
}

void pod_lookup_release(struct pod_lookup *lookup)
{
    free(lookup->slots);
    *lookup = (struct pod_lookup)POD_LOOKUP_INIT;
}

void pod_lookup_add(struct pod_lookup *lookup, const char *text, size_t item)
{
    make_room(lookup);
    put(lookup, (struct pod_lookup_slot){hash_text(text), item + 1});
    lookup->count++;
}

struct pod_lookup_walk pod_lookup_start(const char *text)
{
    return (struct pod_lookup_walk){.hash = hash_text(text)};
}

bool pod_lookup_next(const struct pod_lookup *lookup, struct pod_lookup_walk *walk,
                     size_t *item)
{
    while (lookup->slot_count > 0) {
        size_t at = (walk->hash + walk->steps++) & (lookup->slot_count - 1);
        if (lookup->slots[at].number == 0)
            return false;
        if (lookup->slots[at].hash == walk->hash) {
            *item = lookup->slots[at].number - 1;
            return true;
        }
    }
    return false;
}
