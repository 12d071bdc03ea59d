/* rank.h - rank statistics of the 2023 competition: Kendall's tau and best of the first K.
 *
 * All counts are 64-bit and exact; runtimes are int64 (they exceed 2^24, so a float would
 * make false ties). Kendall 1945 for tau-b; Knight 1966 for counting in O(n log n).
 */
#ifndef TASK_RANK_H
#define TASK_RANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pairs of n values x with n values y. n0 = n (n - 1) / 2 pairs in all. n <= 2^32. */
struct task_kendall {
    uint64_t pairs;
    uint64_t concordant;
    uint64_t discordant;
    uint64_t ties_x; /* pairs equal in x, whether or not in y */
    uint64_t ties_y;
};

void task_kendall_count(const int64_t *x, const int64_t *y, size_t n,
                        struct task_kendall *out);

/* The same for predicted scores: none may be NaN; -0 equals 0. */
void task_kendall_count_scores(const double *x, const int64_t *y, size_t n,
                               struct task_kendall *out);

/* NaN where undefined (no pairs, or all tied). */
double task_tau_a(const struct task_kendall *k);
double task_tau_b(const struct task_kendall *k);
double task_gamma(const struct task_kendall *k);

/* Runtimes sorted once, so that many rankings can be compared with them cheaply. */
struct task_order {
    size_t n;
    struct task_slot *slots; /* private, for small n: see inversion.h */
    uint32_t *rank;          /* private, for others */
    uint64_t ties;           /* pairs of equal runtimes */
};

void task_order_init(struct task_order *order, const int64_t *runtime, size_t n);

void task_order_release(struct task_order *order);

/* Counts for a permutation of 0 .. n-1, fastest first: x is the place in the list. */
void task_order_count(const struct task_order *order, const uint32_t *permutation,
                      struct task_kendall *out);

/* Whether a/b < c/d for positive values, exactly. */
bool task_ratio_less(int64_t a, int64_t b, int64_t c, int64_t d);

#endif
