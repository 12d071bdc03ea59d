/* metric.h - the competition's value of a tile list, and what a random list is worth.
 *
 * raw = 2 - min(first 5 listed) / min(all) over runtime/normalizer: 1 is the best, there is
 * no worst. Which configuration is fastest is decided by exact cross products of 128 bits;
 * only the final quotient is a double. Beside it: best_of_1 and best_of_5, best / chosen,
 * which is in (0, 1]; top_1_error, top_5_error, top_10_error, chosen / best - 1. A list
 * shorter than K has only what it has.
 */
#ifndef TILE_METRIC_H
#define TILE_METRIC_H

#include "sdk/submission.h"

extern const struct task_metric tile_metric;

/* The mean of raw over all lists of 5 different configurations: what a random order gets.
 * normalizer NULL means 1 throughout. */
double tile_random_value(const int64_t *runtime, const int64_t *normalizer, size_t configs);

#endif
