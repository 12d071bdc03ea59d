/* bits.h - a set of request numbers that knows its largest: a tree of words, 64 bits each.
 *
 * A bit of a level says whether the word below it has any. Four levels hold 2^24 numbers;
 * the lowest, of a trace of 200,000 requests, is 25 kB, which the first-level cache holds.
 * Add, remove and largest take a few instructions a level. Belady's rule needs no more: its
 * priorities are the numbers of next requests, all different (policy_belady.c).
 */
#ifndef CACHE_BITS_H
#define CACHE_BITS_H

#include "sdk/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { CACHE_BITS_LEVELS = 4 };

struct cache_bits {
    uint64_t *level[CACHE_BITS_LEVELS]; /* [0] has a bit for each number */
};

/* For numbers below count <= 2^24. */
static inline struct cache_bits *cache_bits_new(uint32_t count)
{
    struct cache_bits *bits = task_alloc(1, sizeof *bits);
    for (int i = 0; i < CACHE_BITS_LEVELS; i++) {
        count = count / 64 + 1;
        bits->level[i] = task_alloc(count, sizeof(uint64_t));
    }
    return bits;
}

static inline void cache_bits_free(struct cache_bits *bits)
{
    for (int i = 0; bits && i < CACHE_BITS_LEVELS; i++)
        free(bits->level[i]);
    free(bits);
}

static inline bool cache_bits_has(const struct cache_bits *bits, uint32_t number)
{
    return bits->level[0][number / 64] >> (number % 64) & 1;
}

static inline void cache_bits_add(struct cache_bits *bits, uint32_t number)
{
    for (int i = 0; i < CACHE_BITS_LEVELS; i++) {
        uint64_t *word = &bits->level[i][number / 64], old = *word;
        *word = old | (uint64_t)1 << (number % 64);
        if (old != 0)
            return;
        number /= 64;
    }
}

static inline void cache_bits_remove(struct cache_bits *bits, uint32_t number)
{
    for (int i = 0; i < CACHE_BITS_LEVELS; i++) {
        uint64_t *word = &bits->level[i][number / 64];
        *word &= ~((uint64_t)1 << (number % 64));
        if (*word != 0)
            return;
        number /= 64;
    }
}

/* The set must not be empty. */
static inline uint32_t cache_bits_largest(const struct cache_bits *bits)
{
    uint32_t number = 0;
    for (int i = CACHE_BITS_LEVELS - 1; i >= 0; i--)
        number = 64 * number + 63 - (uint32_t)__builtin_clzll(bits->level[i][number]);
    return number;
}

#endif
