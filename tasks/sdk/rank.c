#include "sdk/rank.h"

#include "sdk/buf.h"
#include "sdk/inversion.h"
#include "sdk/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t pairs_of(uint64_t n)
{
    return n < 2 ? 0 : n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);
}

static uint64_t count_tied(const uint32_t *rank, size_t n)
{
    uint64_t ties = 0, run = 0;
    for (size_t i = 1; i < n; i++) {
        run = rank[i] == rank[i - 1] ? run + 1 : 0;
        ties += run;
    }
    return ties;
}

/* Pairs that tie in both: neighbours, where x is sorted and ties in x are in y's order. */
static uint64_t count_tied_both(const uint32_t *x, const uint32_t *y, size_t n)
{
    uint64_t ties = 0, run = 0;
    for (size_t i = 1; i < n; i++) {
        run = x[i] == x[i - 1] && y[i] == y[i - 1] ? run + 1 : 0;
        ties += run;
    }
    return ties;
}

/* Orders and ranks of n values y, and of values x that stand in y's order. */
struct work {
    uint64_t *keys;
    uint32_t *order;
    uint32_t *rank_x;
    uint32_t *rank_y;
    uint32_t *sequence;
};

static void work_init(struct work *w, size_t n)
{
    w->keys = task_alloc_raw(n, sizeof *w->keys);
    w->order = task_alloc_raw(n, sizeof *w->order);
    w->rank_x = task_alloc_raw(n, sizeof *w->rank_x);
    w->rank_y = task_alloc_raw(n, sizeof *w->rank_y);
    w->sequence = task_alloc_raw(n, sizeof *w->sequence);
}

static void work_release(struct work *w)
{
    free(w->keys);
    free(w->order);
    free(w->rank_x);
    free(w->rank_y);
    free(w->sequence);
}

static void sort_integers(struct work *w, const int64_t *values, size_t n, uint32_t *rank)
{
    for (size_t i = 0; i < n; i++)
        w->keys[i] = task_key_integer(values[i]);
    task_sort_order(w->keys, n, w->order, rank);
}

/* Knight 1966: sort by x, ties by y; the exchanges that sorting by y then needs are the
 * discordant pairs. Sorting by y first and then, stably, by x gives that order. w has y's
 * order and ranks, and x's keys in y's order. */
static void count_sorted(struct work *w, size_t n, struct task_kendall *out)
{
    *out = (struct task_kendall){.pairs = pairs_of(n), .ties_y = count_tied(w->rank_y, n)};
    task_sort_order(w->keys, n, w->order, w->rank_x);
    for (size_t i = 0; i < n; i++)
        w->sequence[i] = w->rank_y[w->order[i]];
    out->ties_x = count_tied(w->rank_x, n);
    uint64_t both = count_tied_both(w->rank_x, w->sequence, n);
    out->discordant = task_count_inversions(w->sequence, w->rank_x, n);
    out->concordant = out->pairs - out->ties_x - out->ties_y + both - out->discordant;
}

void task_kendall_count(const int64_t *x, const int64_t *y, size_t n,
                        struct task_kendall *out)
{
    struct work w;
    work_init(&w, n);
    sort_integers(&w, y, n, w.rank_y);
    for (size_t i = 0; i < n; i++)
        w.keys[i] = task_key_integer(x[w.order[i]]);
    count_sorted(&w, n, out);
    work_release(&w);
}

void task_kendall_count_scores(const double *x, const int64_t *y, size_t n,
                               struct task_kendall *out)
{
    struct work w;
    work_init(&w, n);
    sort_integers(&w, y, n, w.rank_y);
    for (size_t i = 0; i < n; i++)
        w.keys[i] = task_key_double(x[w.order[i]]);
    count_sorted(&w, n, out);
    work_release(&w);
}

/* C - D, exact: both are below 2^63. */
static double difference(const struct task_kendall *k)
{
    return (double)((int64_t)k->concordant - (int64_t)k->discordant);
}

double task_tau_a(const struct task_kendall *k)
{
    return k->pairs ? difference(k) / (double)k->pairs : NAN;
}

/* Two roots, because the product of the counts may exceed what a double holds exactly. */
double task_tau_b(const struct task_kendall *k)
{
    uint64_t x = k->pairs - k->ties_x, y = k->pairs - k->ties_y;
    if (x == 0 || y == 0)
        return NAN;
    if (x == y)
        return difference(k) / (double)x;
    return difference(k) / sqrt((double)x) / sqrt((double)y);
}

double task_gamma(const struct task_kendall *k)
{
    uint64_t decided = k->concordant + k->discordant;
    return decided ? difference(k) / (double)decided : NAN;
}

static void fill_slots(struct task_order *order, const struct work *w)
{
    size_t end = order->n;
    for (size_t i = order->n; i-- > 0;) {
        if (i + 1 < order->n && w->rank_y[i + 1] != w->rank_y[i])
            end = i + 1;
        order->slots[w->order[i]] = task_slot_of(i, end);
    }
}

void task_order_init(struct task_order *order, const int64_t *runtime, size_t n)
{
    struct work w;
    work_init(&w, n);
    *order = (struct task_order){.n = n};
    sort_integers(&w, runtime, n, w.rank_y);
    order->ties = count_tied(w.rank_y, n);
    if (n <= TASK_SMALL) {
        order->slots = task_alloc(n, sizeof *order->slots);
        fill_slots(order, &w);
    } else {
        order->rank = task_alloc(n, sizeof *order->rank);
        for (size_t i = 0; i < n; i++)
            order->rank[w.order[i]] = w.rank_y[i];
    }
    work_release(&w);
}

void task_order_release(struct task_order *order)
{
    free(order->slots);
    free(order->rank);
    *order = (struct task_order){0};
}

static uint64_t count_large(const struct task_order *order, const uint32_t *permutation)
{
    task_auto_free uint32_t *values = task_alloc(order->n, sizeof *values);
    task_auto_free uint32_t *scratch = task_alloc(order->n, sizeof *scratch);
    for (size_t i = 0; i < order->n; i++)
        values[i] = order->rank[permutation[i]];
    return task_count_inversions(values, scratch, order->n);
}

void task_order_count(const struct task_order *order, const uint32_t *permutation,
                      struct task_kendall *out)
{
    *out = (struct task_kendall){.pairs = pairs_of(order->n), .ties_y = order->ties};
    out->discordant = order->slots ? task_count_small(order->slots, permutation, order->n)
                                   : count_large(order, permutation);
    out->concordant = out->pairs - out->ties_y - out->discordant;
}

bool task_ratio_less(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (__int128)a * d < (__int128)c * b;
}
