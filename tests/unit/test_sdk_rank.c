/* Rank statistics against the fixtures that were computed for the competition's rules with
 * integer arithmetic, against counting all pairs, and against scipy 1.10.1. */
#include "sdk/buf.h"
#include "sdk/rank.h"
#include "sdk/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

TestSuite(sdk_rank, .timeout = 20);

enum { MOST = 6 };
static const double undefined = NAN;

static void expect_near(const char *what, double found, double expected)
{
    if (isnan(expected))
        cr_expect(isnan(found), "%s is %.12g, must be undefined", what, found);
    else
        cr_expect(fabs(found - expected) < 6e-10, "%s is %.12g, not %.12g", what, found,
                  expected);
}

/* Place of each configuration in the list: what Kendall's tau is computed on. */
static void places(const uint32_t *list, size_t n, int64_t *place)
{
    for (size_t i = 0; i < n; i++)
        place[list[i]] = (int64_t)i;
}

Test(sdk_rank, gives_tau_a_tau_b_and_gamma_of_the_fixtures)
{
    static const struct {
        const char *what;
        size_t n;
        int64_t runtime[MOST];
        uint32_t list[MOST];
        double tau_a, tau_b, gamma;
    } cases[] = {
        {"perfect", 3, {30, 10, 20}, {1, 2, 0}, 1, 1, 1},
        {"reversed", 3, {30, 10, 20}, {0, 2, 1}, -1, -1, -1},
        {"one swap", 4, {40, 10, 30, 20}, {1, 2, 3, 0}, 2. / 3, 2. / 3, 2. / 3},
        {"tie in runtimes", 4, {10, 10, 20, 30}, {1, 0, 2, 3}, 5. / 6, .912870929, 1},
        {"tie plus errors", 4, {10, 10, 20, 30}, {2, 0, 1, 3}, 1. / 6, .182574186, .2},
        {"all tied", 3, {7, 7, 7}, {0, 1, 2}, 0, undefined, undefined},
        {"3-cycle", 3, {10, 20, 30}, {1, 2, 0}, -1. / 3, -1. / 3, -1. / 3},
        {"above 2^24 and 1 apart", 3, {16777217, 16777216, 16777218}, {1, 0, 2}, 1, 1, 1},
        {"above 2^53", 2, {9007199254740993, 9007199254740992}, {1, 0}, 1, 1, 1},
        {"one alone", 1, {5}, {0}, undefined, undefined, undefined},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t place[MOST];
        struct task_kendall k, by_order;
        struct task_order order;
        places(cases[i].list, cases[i].n, place);
        task_kendall_count(place, cases[i].runtime, cases[i].n, &k);
        expect_near(cases[i].what, task_tau_a(&k), cases[i].tau_a);
        expect_near(cases[i].what, task_tau_b(&k), cases[i].tau_b);
        expect_near(cases[i].what, task_gamma(&k), cases[i].gamma);
        task_order_init(&order, cases[i].runtime, cases[i].n);
        task_order_count(&order, cases[i].list, &by_order);
        task_order_release(&order);
        cr_expect_eq(by_order.concordant, k.concordant, "%s", cases[i].what);
        cr_expect_eq(by_order.discordant, k.discordant, "%s", cases[i].what);
        cr_expect_eq(by_order.ties_y, k.ties_y, "%s", cases[i].what);
    }
}

/* Runtimes [40,10,30,20,50,60], list 1;3: with the tail tied, tau-a is 0.6 and tau-b
 * 0.7746, which would reward abstaining; with it appended in index order it is not. */
Test(sdk_rank, shows_why_a_tail_is_not_tied)
{
    static const int64_t runtime[6] = {40, 10, 30, 20, 50, 60};
    static const int64_t tied[6] = {2, 0, 2, 1, 2, 2}, appended[6] = {2, 0, 3, 1, 4, 5};
    struct task_kendall k;
    task_kendall_count(tied, runtime, 6, &k);
    expect_near("tied tau-a", task_tau_a(&k), .6);
    cr_expect(fabs(task_tau_b(&k) - .7746) < 5e-5, "%.6f", task_tau_b(&k));
    task_kendall_count(appended, runtime, 6, &k);
    expect_near("appended", task_tau_b(&k),
                13. / 15); /* by hand: one of 15 pairs is wrong */
}

/* n = 1000, runtime (7919 i) mod 1009. */
Test(sdk_rank, counts_the_large_generated_fixtures)
{
    enum { N = 1000 };
    static int64_t r[N], tenth[N], p1[N], p2[N];
    for (int64_t i = 0; i < N; i++) {
        r[i] = 7919 * i % 1009;
        tenth[i] = r[i] / 10;
        p1[i] = 104729 * i % 1013;
        p2[i] = 1000 * r[i] + (int64_t)7919 * 7919 * i % 400000;
    }
    struct task_kendall k;
    task_kendall_count(p1, r, N, &k);
    cr_expect_eq(k.concordant, 250852);
    cr_expect_eq(k.discordant, 248648);
    expect_near("tau", task_tau_b(&k), .0044124124124);
    task_kendall_count(p1, tenth, N, &k);
    cr_expect_eq(k.ties_y, 4455);
    expect_near("tau-a", task_tau_a(&k), .005283283283);
    expect_near("tau-b", task_tau_b(&k), .005307002653);
    expect_near("gamma", task_gamma(&k), .005330828511);
    task_kendall_count(p2, r, N, &k);
    cr_expect_eq(k.concordant, 435975);
    cr_expect_eq(k.discordant, 63525);
    expect_near("tau", task_tau_b(&k), .7456456456456);
    task_kendall_count(p2, tenth, N, &k);
    expect_near("tau-a", task_tau_a(&k), .746656656657);
    expect_near("tau-b", task_tau_b(&k), .750008781485);
    expect_near("gamma", task_gamma(&k), .753375955721);
}

static int sign(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static struct task_kendall count_all_pairs(const int64_t *x, const int64_t *y, size_t n)
{
    struct task_kendall k = {0};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            int product = sign(x[i], x[j]) * sign(y[i], y[j]);
            k.pairs++;
            k.concordant += product > 0;
            k.discordant += product < 0;
            k.ties_x += x[i] == x[j];
            k.ties_y += y[i] == y[j];
        }
    }
    return k;
}

static void expect_same(const struct task_kendall *a, const struct task_kendall *b,
                        const char *what, size_t n)
{
    cr_expect(a->pairs == b->pairs && a->concordant == b->concordant &&
                  a->discordant == b->discordant && a->ties_x == b->ties_x &&
                  a->ties_y == b->ties_y,
              "%s with n = %zu: C %llu D %llu, not %llu %llu", what, n,
              (unsigned long long)a->concordant, (unsigned long long)a->discordant,
              (unsigned long long)b->concordant, (unsigned long long)b->discordant);
}

static void check_random(struct task_rng *rng, size_t n, int64_t values)
{
    task_auto_free int64_t *x = task_alloc(n, sizeof *x), *y = task_alloc(n, sizeof *y);
    task_auto_free double *scores = task_alloc(n, sizeof *scores);
    task_auto_free uint32_t *list = task_alloc(n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        x[i] = task_rng_between(rng, -values, values);
        y[i] = task_rng_between(rng, -values, values) * 1099511627776;
        scores[i] = (double)x[i] / 8;
    }
    struct task_kendall found, expected = count_all_pairs(x, y, n);
    task_kendall_count(x, y, n, &found);
    expect_same(&found, &expected, "integers", n);
    task_kendall_count_scores(scores, y, n, &found);
    expect_same(&found, &expected, "scores", n);

    struct task_order order;
    task_rng_permutation(rng, list, n);
    places(list, n, x);
    expected = count_all_pairs(x, y, n);
    task_order_init(&order, y, n);
    task_order_count(&order, list, &found);
    task_order_release(&order);
    expect_same(&found, &expected, "permutation", n);
}

Test(sdk_rank, agrees_with_counting_all_pairs)
{
    struct task_rng rng;
    task_rng_init(&rng, &(struct task_stream){"", "rank", "1", "test", "pairs", 0});
    static const size_t sizes[] = {0,  1,  2,   3,    7,    8,    9,   63,
                                   64, 65, 100, 1023, 1024, 1025, 1500};
    static const int64_t values[] = {0, 1, 5, 50, 1000000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++)
            check_random(&rng, sizes[s], values[v]);
    }
    for (size_t n = 2; n < 40; n++)
        check_random(&rng, n, 4);
}

/* python3 -c "from scipy.stats import kendalltau as k;
 * print(k([.5,-0.,0.,1e300,-1e-300,.5], [3,1,2,6,0,3])[0])" prints 0.9309493362512627: -0
 * ties with 0, and the pair of .5. */
Test(sdk_rank, orders_scores_of_every_sign_and_size)
{
    static const double x[] = {.5, -0., 0., 1e300, -1e-300, .5};
    static const int64_t y[] = {3, 1, 2, 6, 0, 3};
    struct task_kendall k;
    task_kendall_count_scores(x, y, 6, &k);
    cr_expect_eq(k.ties_x, 2);
    expect_near("tau-b", task_tau_b(&k), .9636241116594315);
}

/* 10^6 pairs in reverse order: C(10^6, 2) discordant ones, above 2^32. */
Test(sdk_rank, counts_in_64_bits)
{
    enum { N = 1000000 };
    task_auto_free int64_t *x = task_alloc(N, sizeof *x), *y = task_alloc(N, sizeof *y);
    for (int64_t i = 0; i < N; i++) {
        x[i] = i;
        y[i] = -i;
    }
    struct task_kendall k;
    task_kendall_count(x, y, N, &k);
    cr_expect_eq(k.discordant, 499999500000);
    cr_expect_eq(k.concordant, 0);
    expect_near("tau", task_tau_b(&k), -1);
}

Test(sdk_rank, compares_ratios_exactly)
{
    /* 9007199254740993 / 2 and 9007199254740992 / 2 are the same as doubles. */
    cr_expect(task_ratio_less(9007199254740992, 2, 9007199254740993, 2));
    cr_expect_not(task_ratio_less(9007199254740993, 2, 9007199254740992, 2));
    cr_expect_not(task_ratio_less(1, 3, INT64_MAX / 3, INT64_MAX / 3 * 3));
    cr_expect(task_ratio_less(INT64_MAX - 1, INT64_MAX, INT64_MAX, INT64_MAX));
}
