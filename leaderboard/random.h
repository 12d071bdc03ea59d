/* random.h - a published generator, so that anyone can draw the same items again.
 *
 * xoshiro256** 1.0 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators",
 * 2021), its state filled by SplitMix64 from one seed, as its authors advise. Integers
 * below a bound by the multiplication of Lemire ("Fast Random Integer Generation in an
 * Interval", 2019), without bias. Same seed, same numbers, on every machine. Nothing fails.
 */
#ifndef BOARD_RANDOM_H
#define BOARD_RANDOM_H

#include <stdint.h>

struct board__random {
    uint64_t state[4];
};

void board__random_init(struct board__random *random, uint64_t seed);
uint64_t board__random_next(struct board__random *random);

/* 0 to bound - 1, all equally likely; bound is at least 1. */
uint32_t board__random_below(struct board__random *random, uint32_t bound);

#endif
