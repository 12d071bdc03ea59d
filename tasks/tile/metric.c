#include "metric.h"

#include <stdlib.h>

enum {
    VALUE_RAW,
    VALUE_BEST_1,
    VALUE_BEST_5,
    VALUE_ERROR_1,
    VALUE_ERROR_5,
    VALUE_ERROR_10
};

/* A configuration's runtime over its normalizer, kept as a fraction. */
struct speed {
    int64_t runtime, normalizer;
};

static bool is_faster(struct speed a, struct speed b)
{
    return task_ratio_less(a.runtime, a.normalizer, b.runtime, b.normalizer);
}

/* a / b; exactly 1 for equal fractions, because both products then are the same. */
static double ratio(struct speed a, struct speed b)
{
    const unsigned __int128 over = (unsigned __int128)a.runtime * (uint64_t)b.normalizer;
    const unsigned __int128 under = (unsigned __int128)b.runtime * (uint64_t)a.normalizer;

    return (double)over / (double)under;
}

static struct speed speed_at(const int64_t *runtime, const int64_t *normalizer, size_t i)
{
    return (struct speed){runtime[i], normalizer ? normalizer[i] : 1};
}

/* chosen / best, chosen being the fastest of the first k listed. */
static double slowdown(const struct task_graph *graph, const uint32_t *list, size_t count,
                       size_t k)
{
    return task_slowdown(graph, task_best_of(graph, list, count < k ? count : k));
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    const double first = slowdown(graph, list, count, 1);
    const double top = slowdown(graph, list, count, TASK_TOP);

    value[VALUE_RAW] = 2 - top;
    value[VALUE_BEST_1] = 1 / first;
    value[VALUE_BEST_5] = 1 / top;
    value[VALUE_ERROR_1] = first - 1;
    value[VALUE_ERROR_5] = top - 1;
    value[VALUE_ERROR_10] = slowdown(graph, list, count, 10) - 1;
}

const struct task_metric tile_metric = {
    .unit = "mean of 2 - chosen/best, K = 5",
    .values = 6,
    .names = {"raw", "best_of_1", "best_of_5", "top_1_error", "top_5_error",
              "top_10_error"},
    .measure = measure,
};

static int by_speed(const void *left, const void *right)
{
    const struct speed *a = left, *b = right;

    return (int)is_faster(*b, *a) - (int)is_faster(*a, *b);
}

/* Sorted by speed, configuration i (from 0) is the fastest of a random list of k with
 * probability C(n-1-i, k-1) / C(n, k): k/n for the first, and each next one the one before
 * times (n-k-i) / (n-1-i). */
double tile_random_value(const int64_t *runtime, const int64_t *normalizer, size_t configs)
{
    const size_t k = configs < TASK_TOP ? configs : TASK_TOP;
    double probability = (double)k / (double)configs, sum = 0;
    struct speed *speeds = task_alloc(configs, sizeof *speeds);

    for (size_t i = 0; i < configs; i++)
        speeds[i] = speed_at(runtime, normalizer, i);
    qsort(speeds, configs, sizeof *speeds, by_speed);
    for (size_t i = 0; i + k <= configs; i++) {
        sum += probability * (2 - ratio(speeds[i], speeds[0]));
        if (i + 1 < configs)
            probability *= (double)(configs - k - i) / (double)(configs - 1 - i);
    }
    free(speeds);
    return sum;
}
