/* rng.h - seeded random numbers that are the same on every machine and compiler.
 *
 * The stream is xoshiro256** (Blackman, Vigna 2018) seeded by SHA-256 of a task_stream, so
 * that streams of different purpose or index never meet. Only + - * / and sqrt are used on
 * doubles, never libm: see exact.h.
 */
#ifndef TASK_RNG_H
#define TASK_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task_rng {
    uint64_t state[4];
    double spare; /* the second value of the last normal pair */
    bool has_spare;
};

/* What a stream is for. Strings are hashed with a NUL after each, index in decimal. */
struct task_stream {
    const char *seed; /* lower-case hex */
    const char *task;
    const char *version;
    const char *split;   /* "public" */
    const char *purpose; /* "conv graph": the task's own word */
    uint64_t index;
};

void task_rng_init(struct task_rng *rng, const struct task_stream *stream);

uint64_t task_rng_next(struct task_rng *rng);
double task_rng_uniform(struct task_rng *rng);                        /* [0, 1), 53 bits */
double task_rng_range(struct task_rng *rng, double low, double high); /* [low, high) */
uint64_t task_rng_below(struct task_rng *rng, uint64_t bound); /* bound > 0, no bias */
int64_t task_rng_between(struct task_rng *rng, int64_t low, int64_t high); /* inclusive */
bool task_rng_chance(struct task_rng *rng, double probability);
double task_rng_normal(struct task_rng *rng); /* mean 0, deviation 1; polar method */

/* Fisher-Yates over count elements of size bytes. */
void task_rng_shuffle(struct task_rng *rng, void *base, size_t count, size_t size);

/* 0 .. count-1 in random order. */
void task_rng_permutation(struct task_rng *rng, uint32_t *order, size_t count);

/* 32 lower-case hex digits and a NUL: the name of a test graph. */
void task_rng_name(struct task_rng *rng, char name[33]);

#endif
