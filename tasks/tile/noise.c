#include "noise.h"

#include "sdk/rank.h"

static int64_t smallest(const int64_t *values, size_t c)
{
    int64_t low = values[0];

    for (size_t i = 1; i < c; i++)
        if (values[i] < low)
            low = values[i];
    return low;
}

/* The number of values that are smaller, or equal and earlier. */
static size_t place(const int64_t *values, size_t c, size_t of)
{
    size_t before = 0;

    for (size_t i = 0; i < c; i++)
        before += values[i] < values[of] || (values[i] == values[of] && i < of);
    return before;
}

static double regret(const int64_t *chooser, const int64_t *payer, size_t c, size_t first)
{
    int64_t paid = INT64_MAX;

    for (size_t i = 0; i < c; i++)
        if (place(chooser, c, i) < first && payer[i] < paid)
            paid = payer[i];
    return (double)paid / (double)smallest(payer, c) - 1;
}

static double greater(double x, double y)
{
    return x > y ? x : y;
}

void noise_measure(const int64_t *a, const int64_t *b, size_t c, struct noise *noise)
{
    static const size_t first[2] = {1, 5};
    struct task_kendall kendall;
    const double fast_a = (double)smallest(a, c), fast_b = (double)smallest(b, c);

    task_kendall_count(a, b, c, &kendall);
    noise->tau = task_tau_b(&kendall);
    noise->best_gap = greater(fast_a, fast_b) / (fast_a < fast_b ? fast_a : fast_b) - 1;
    for (int k = 0; k < 2; k++)
        noise->regret[k] = greater(regret(a, b, c, first[k]), regret(b, a, c, first[k]));
}

bool noise_is_low(const struct noise *noise)
{
    return noise->tau >= .9 && noise->best_gap <= .05 && noise->regret[0] <= .05;
}
