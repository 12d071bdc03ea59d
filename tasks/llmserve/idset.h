/* idset.h - a set of small numbers that is walked in their order: a bit each. */
#ifndef LLMSERVE_IDSET_H
#define LLMSERVE_IDSET_H

#include <stddef.h>
#include <stdint.h>

struct idset {
    uint64_t *words;
    size_t word_count;
};

void idset_init(struct idset *set, size_t ids); /* 0 .. ids - 1; empty */
void idset_release(struct idset *set);
void idset_add(struct idset *set, size_t id);
void idset_drop(struct idset *set, size_t id);

/* The smallest member that is at least `from`, or SIZE_MAX. */
size_t idset_next(const struct idset *set, size_t from);

#endif
