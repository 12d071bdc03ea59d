#include "idset.h"

#include "sdk/buf.h"

#include <stdlib.h>

void idset_init(struct idset *set, size_t ids)
{
    set->word_count = ids / 64 + 1;
    set->words = task_alloc(set->word_count, sizeof *set->words);
}

void idset_release(struct idset *set)
{
    free(set->words);
}

void idset_add(struct idset *set, size_t id)
{
    set->words[id / 64] |= (uint64_t)1 << (id % 64);
}

void idset_drop(struct idset *set, size_t id)
{
    set->words[id / 64] &= ~((uint64_t)1 << (id % 64));
}

size_t idset_next(const struct idset *set, size_t from)
{
    size_t word = from / 64;
    if (word >= set->word_count)
        return SIZE_MAX;
    uint64_t bits = set->words[word] & ~(uint64_t)0 << (from % 64);
    while (bits == 0) {
        if (++word == set->word_count)
            return SIZE_MAX;
        bits = set->words[word];
    }
    return word * 64 + (size_t)__builtin_ctzll(bits);
}
