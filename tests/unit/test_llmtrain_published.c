#include "llmtrain/published.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(llmtrain_published, .timeout = 60);

/* What another implementation of the model gave (TASKS-ONLINE 5.1.6), point by point, to
 * the digits that it printed. */
static const struct expected {
    const char *set;
    double figures[12];
    int count, decimals;
} expected[] = {
    {"sc21", {136.9, 137.2, 138.7, 131.0, 130.2, 144.4, 148.5, 159.8, 169.2, 162.6}, 10, 1},
    {"sel22", {40.5, 50.6, 55.3, 52.6, 54.9, 40.7}, 6, 1},
    {"mcore",
     {458.6, 491.4, 488.5, 454.6, 398.5, 424.4, 438.2, 445.5, 445.4, 46.8, 41.2},
     11,
     1},
    {"llama3", {411, 379}, 2, 0},
};

Test(llmtrain_published, every_figure_is_the_one_that_another_implementation_gave)
{
    for (size_t e = 0; e < sizeof expected / sizeof expected[0]; e++) {
        int n = 0;
        for (int i = 0; i < published_run_count; i++) {
            const struct published *run = &published_runs[i];
            if (strcmp(run->set, expected[e].set) != 0)
                continue;
            const double figure = published_figure(run);
            const double half = expected[e].decimals == 0 ? .5 : .05;
            cr_assert(fabs(figure - expected[e].figures[n]) <= half + 1e-9,
                      "%s %s: %.3f, expected %.1f", run->set, run->run, figure,
                      expected[e].figures[n]);
            n++;
        }
        cr_assert_eq(n, expected[e].count, "%s: %d runs", expected[e].set, n);
    }
}

Test(llmtrain_published, the_mean_error_over_41_runs_is_five_percent)
{
    double mean, largest;
    cr_assert_eq(published_error(NULL, &mean, &largest), 41);
    cr_assert_lt(mean, .06, "mean error %g", mean);
    cr_assert_float_eq(100 * mean, 5.0, .05);
    cr_assert_float_eq(100 * largest, 28.3, .05);
}

Test(llmtrain_published, each_set_has_the_error_that_was_measured)
{
    static const struct {
        const char *set;
        int count;
        double mean, largest;
    } rows[] = {{"sc21", 10, 2.2, 5.7}, {"dgx20", 8, 5.0, 7.8},   {"sel22", 6, 2.7, 6.5},
                {"bloom", 1, 3.1, 3.1}, {"mtnlg", 3, 24.8, 28.3}, {"mcore", 11, 3.4, 12.2},
                {"llama3", 2, 4.8, 5.3}};
    double all = 0;
    int count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double mean, largest;
        cr_assert_eq(published_error(rows[i].set, &mean, &largest), rows[i].count);
        cr_assert_float_eq(100 * mean, rows[i].mean, .051, "%s: %g", rows[i].set, mean);
        cr_assert_float_eq(100 * largest, rows[i].largest, .051, "%s: %g", rows[i].set,
                           largest);
        if (strcmp(rows[i].set, "mtnlg") != 0) {
            all += mean * rows[i].count;
            count += rows[i].count;
        }
    }
    cr_assert_eq(count, 38);
    cr_assert_float_eq(100 * all / count, 3.4, .05);
}

Test(llmtrain_published, every_set_has_a_source)
{
    cr_assert_eq(published_set_count, 7);
    for (int i = 0; i < published_set_count; i++) {
        double mean, largest;
        cr_assert_gt(published_error(published_sets[i].id, &mean, &largest), 0);
        cr_assert_gt(strlen(published_sets[i].source), 20);
    }
}
