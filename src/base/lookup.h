/* lookup.h - where in a list a text is: an index beside a list that somebody else keeps.
 *
 * Calling sequence: struct pod_lookup lookup = POD_LOOKUP_INIT; pod_lookup_add for each
 * item of the list; pod_lookup_start and then pod_lookup_next until it says false, which
 * gives the items whose text may be this one: the caller compares. pod_lookup_release.
 * Equal texts may be added more than once. No text is kept.
 */
#ifndef POD_LOOKUP_H
#define POD_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pod_lookup {
    struct pod_lookup_slot *slots;
    size_t slot_count, count;
};

#define POD_LOOKUP_INIT                                                                    \
    {                                                                                      \
        NULL, 0, 0                                                                         \
    }

struct pod_lookup_walk {
    uint64_t hash;
    size_t steps;
};

void pod_lookup_release(struct pod_lookup *lookup);
void pod_lookup_add(struct pod_lookup *lookup, const char *text, size_t item);

struct pod_lookup_walk pod_lookup_start(const char *text);
bool pod_lookup_next(const struct pod_lookup *lookup, struct pod_lookup_walk *walk,
                     size_t *item);

#endif
