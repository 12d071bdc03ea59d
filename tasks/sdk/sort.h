/* sort.h - stable sorting of 64-bit keys, and counting inversions. Private to the SDK. */
#ifndef TASK_SORT_H
#define TASK_SORT_H

#include <stddef.h>
#include <stdint.h>

struct task_pair {
    uint64_t key;
    uint32_t value;
};

/* int64 and double as keys of the same order. */
uint64_t task_key_integer(int64_t value);
uint64_t task_key_double(double value); /* -0 equals 0; not NaN */

/* Sorts by key, equal keys stay in order. scratch holds n pairs. O(n) passes of one byte
 * each, of which those that all keys share are left out. */
void task_pairs_sort(struct task_pair *pairs, struct task_pair *scratch, size_t n);

/* Pairs i < j with values[i] > values[j], by merge sort: O(n log n). Sorts values. */
uint64_t task_count_inversions(uint32_t *values, uint32_t *scratch, size_t n);

#endif
