/* lengths.h: how long an application's answers are, learned from those that were seen.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef LENGTHS_H
#define LENGTHS_H

#include "serve.h"

enum { LENGTHS_FEW = 8 }; /* answers that tell nothing yet */

/* Sorted, so that both questions are a search. */
struct lengths {
    struct ids seen;
    double guess; /* before there are enough */
};

static inline void lengths_learn(struct lengths *l, uint32_t tokens)
{
    ids_add(&l->seen, tokens);
}

/* How many are at most so long. */
static inline size_t lengths_within(const struct lengths *l, double tokens)
{
    size_t low = 0, high = l->seen.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (l->seen.at[middle] > tokens)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Tokens still to come, after `generated`, that the answer will not exceed with probability
 * `part`. */
static inline double lengths_left(const struct lengths *l, double part, double generated)
{
    size_t from = lengths_within(l, generated);
    if (l->seen.count < LENGTHS_FEW)
        return l->guess > generated ? l->guess - generated : 8;
    if (from == l->seen.count)
        return .1 * generated + 4; /* longer than any before */
    size_t place = from + (size_t)(part * (double)(l->seen.count - from));
    return l->seen.at[place] - generated;
}

/* The probability that it ends within `more` tokens. */
static inline double lengths_chance(const struct lengths *l, double generated, double more)
{
    size_t from = lengths_within(l, generated);
    size_t to = lengths_within(l, generated + more);
    if (more < 0)
        return 0;
    if (l->seen.count < LENGTHS_FEW || from == l->seen.count)
        return more >= 4;
    return (double)(to - from) / (double)(l->seen.count - from);
}

#endif
