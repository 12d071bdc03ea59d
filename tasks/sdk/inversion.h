/* inversion.h - counting inversions: pairs i < j with value[i] > value[j]. Private to the
 * SDK. */
#ifndef TASK_INVERSION_H
#define TASK_INVERSION_H

#include <stddef.h>
#include <stdint.h>

/* By merge sort, O(n log n). Sorts values; scratch has n places. */
uint64_t task_count_inversions(uint32_t *values, uint32_t *scratch, size_t n);

enum { TASK_SMALL = 1024 };

/* Where an element stands among at most TASK_SMALL, sorted: its own place, and the first
 * place after those that tie with it, as a word of 64 bits and a bit in it. Split once when
 * the labels are loaded, so that counting need not. */
struct task_slot {
    uint8_t word, bit;
    uint8_t end_word, end_bit;
};

struct task_slot task_slot_of(size_t place, size_t end);

/* The same for n <= TASK_SMALL elements in an order; pairs that tie do not count. */
uint64_t task_count_small(const struct task_slot *slots, const uint32_t *order, size_t n);

#endif
