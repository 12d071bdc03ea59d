#include "sdk/rank.h"

#include "sdk/buf.h"
#include "sdk/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t pairs_of(uint64_t n)
{
    return n < 2 ? 0 : n % 2 ? (n - 1) / 2 * n : n / 2 * (n - 1);
}

/* Room for one count. */
struct work {
    struct task_pair *pairs;
    struct task_pair *scratch;
    uint32_t *rank; /* of y: equal values have equal ranks */
};

/* Sorts y; gives ranks and the number of tied pairs. pairs is left in y's order, the value
 * being the index. */
static uint64_t rank_y(const int64_t *y, size_t n, struct work *w)
{
    for (size_t i = 0; i < n; i++)
        w->pairs[i] = (struct task_pair){task_key_integer(y[i]), (uint32_t)i};
    task_pairs_sort(w->pairs, w->scratch, n);
    uint64_t ties = 0;
    for (size_t start = 0, end; start < n; start = end) {
        for (end = start; end < n && w->pairs[end].key == w->pairs[start].key; end++)
            w->rank[w->pairs[end].value] = (uint32_t)start;
        ties += pairs_of(end - start);
    }
    return ties;
}

/* Pairs sorted by x and, within equal x, by rank of y: ties in x, and in both. */
static void count_ties(const struct task_pair *pairs, size_t n, uint64_t *in_x,
                       uint64_t *in_both)
{
    *in_x = *in_both = 0;
    size_t x_run = 0, both_run = 0;
    for (size_t i = 0; i < n; i++) {
        bool same_x = i > 0 && pairs[i].key == pairs[i - 1].key;
        bool same_both = same_x && pairs[i].value == pairs[i - 1].value;
        x_run = same_x ? x_run + 1 : 0;
        both_run = same_both ? both_run + 1 : 0;
        *in_x += x_run;
        *in_both += both_run;
    }
}

/* Knight 1966: sort by x, ties by y; the exchanges that sorting by y then needs are the
 * discordant pairs. keys are x's, in the order of the data. */
static void count_keys(const uint64_t *keys, const int64_t *y, size_t n,
                       struct task_kendall *out)
{
    struct work w = {task_alloc(n, sizeof *w.pairs), task_alloc(n, sizeof *w.scratch),
                     task_alloc(n, sizeof *w.rank)};
    uint64_t both = 0;
    *out = (struct task_kendall){.pairs = pairs_of(n)};
    out->ties_y = rank_y(y, n, &w);
    for (size_t i = 0; i < n; i++) {
        uint32_t index = w.pairs[i].value;
        w.pairs[i] = (struct task_pair){keys[index], w.rank[index]};
    }
    task_pairs_sort(w.pairs, w.scratch, n);
    count_ties(w.pairs, n, &out->ties_x, &both);
    for (size_t i = 0; i < n; i++)
        w.rank[i] = w.pairs[i].value;
    out->discordant = task_count_inversions(w.rank, (uint32_t *)w.scratch, n);
    out->concordant = out->pairs - out->ties_x - out->ties_y + both - out->discordant;
    free(w.pairs);
    free(w.scratch);
    free(w.rank);
}

void task_kendall_count(const int64_t *x, const int64_t *y, size_t n,
                        struct task_kendall *out)
{
    task_auto_free uint64_t *keys = task_alloc(n, sizeof *keys);
    for (size_t i = 0; i < n; i++)
        keys[i] = task_key_integer(x[i]);
    count_keys(keys, y, n, out);
}

void task_kendall_count_scores(const double *x, const int64_t *y, size_t n,
                               struct task_kendall *out)
{
    task_auto_free uint64_t *keys = task_alloc(n, sizeof *keys);
    for (size_t i = 0; i < n; i++)
        keys[i] = task_key_double(x[i]);
    count_keys(keys, y, n, out);
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

void task_order_init(struct task_order *order, const int64_t *runtime, size_t n)
{
    struct work w = {task_alloc(n, sizeof *w.pairs), task_alloc(n, sizeof *w.scratch),
                     task_alloc(n, sizeof *w.rank)};
    *order = (struct task_order){.n = n, .rank = w.rank};
    order->ties = rank_y(runtime, n, &w);
    free(w.pairs);
    free(w.scratch);
}

void task_order_release(struct task_order *order)
{
    free(order->rank);
    *order = (struct task_order){0};
}

void task_order_count(const struct task_order *order, const uint32_t *permutation,
                      struct task_kendall *out)
{
    task_auto_free uint32_t *values = task_alloc(2 * order->n, sizeof *values);
    for (size_t i = 0; i < order->n; i++)
        values[i] = order->rank[permutation[i]];
    *out = (struct task_kendall){.pairs = pairs_of(order->n), .ties_y = order->ties};
    out->discordant = task_count_inversions(values, values + order->n, order->n);
    out->concordant = out->pairs - out->ties_y - out->discordant;
}

bool task_ratio_less(int64_t a, int64_t b, int64_t c, int64_t d)
{
    return (__int128)a * d < (__int128)c * b;
}
