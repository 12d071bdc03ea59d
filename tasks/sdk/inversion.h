/* inversion.h - counting inversions: pairs i < j with value[i] > value[j]. Private to the
 * SDK. */
#ifndef TASK_INVERSION_H
#define TASK_INVERSION_H

#include <stddef.h>
#include <stdint.h>

/* By merge sort, O(n log n). Sorts values; scratch has n places. */
uint64_t task_count_inversions(uint32_t *values, uint32_t *scratch, size_t n);

enum { TASK_SMALL = 1024 };

/* The same for n <= TASK_SMALL elements in an order: element i has the places
 * places[i] & 0xffff = its own among all, sorted, and places[i] >> 16 = the first after
 * those that tie with it. Pairs that tie do not count. */
uint64_t task_count_small(const uint32_t *places, const uint32_t *order, size_t n);

#endif
