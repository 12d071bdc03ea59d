/* sort.h - the order of 64-bit keys. Private to the SDK. */
#ifndef TASK_SORT_H
#define TASK_SORT_H

#include <stddef.h>
#include <stdint.h>

/* int64 and double as keys of the same order. */
uint64_t task_key_integer(int64_t value);
uint64_t task_key_double(double value); /* -0 equals 0; not NaN */

/* order[i] = index of the i-th smallest key; equal keys stay in order. rank[i] = how many
 * keys are smaller than it: equal keys share a rank. n < 2^32. A radix sort: at most 4
 * passes for every 32 bits in which the keys differ. */
void task_sort_order(const uint64_t *keys, size_t n, uint32_t *order, uint32_t *rank);

#endif
