#include "model/timing.h"
#include "base/buf.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(timing, .timeout = 20);

/* By hand. CPU times sorted: 98 100 102 104 200, median 102, distances 4 2 0 2 98, their
 * median 2. Ratios 10, 8, 10.2, 9.8, 20: median 10, distances 0 2 0.2 0.2 10, their median
 * 0.2; modified z-scores 0, 6.7, 0.7, 0.7, 34: two are above 3.5. The level is 10, so the
 * reference of 13 is not quiet; 9.8, 10 and 10.2 are the lowest of the others, mean 10.
 * Wall times 1 to 5. */
static struct timing_sample five[] = {
    {5, 100, 10}, {4, 104, 13}, {1, 102, 10}, {2, 98, 10}, {3, 200, 10}};

Test(timing, times_are_told_by_their_median_and_ratios_by_the_lower_half)
{
    struct timing timing = {.samples = five, .count = COUNT(five), .level_ns = 10};
    timing_summarise(&timing);
    cr_assert_eq(timing.median_ns, 102);
    cr_assert_eq(timing.mad_ns, 2);
    cr_assert_eq(timing.quiet, 4);
    cr_assert_float_eq(timing.ratio, 10, 1e-12);
    cr_assert_eq(timing.outliers, 2);
    cr_assert_eq(timing_wall_ns(&timing), 3);
    cr_assert_eq(timing.samples[4].cpu_ns, 200, "the samples stay in their order");
}

/* Median (2 + 3) / 2, rounded away from 0; distances 1.5 1.5 0.5 0.5, median 1. The
 * lowest three have the mean 2. */
Test(timing, an_even_count_has_the_mean_of_the_middle)
{
    struct timing_sample four[] = {{4, 4, 1}, {1, 1, 1}, {3, 3, 1}, {2, 2, 1}};
    struct timing timing = {.samples = four, .count = 4, .level_ns = 1};
    timing_summarise(&timing);
    cr_assert_eq(timing.median_ns, 3);
    cr_assert_eq(timing.mad_ns, 1);
    cr_assert_float_eq(timing.ratio, 2, 1e-12);
    cr_assert_eq(timing.outliers, 0);
}

/* 15 references of 20 to 34 over a level of 10: the five fastest count, 20 to 24, whose
 * ratios are 5 to 1, the lowest three 1 to 3. With two that are quiet there are three at
 * least, of 5, 3 and 4. */
Test(timing, where_hardly_any_is_quiet_the_quietest_third_counts)
{
    struct timing_sample samples[15];
    for (int i = 0; i < 15; i++)
        samples[i] = (struct timing_sample){
            .cpu_ns = i < 10 ? 7000 : (20 + 14 - i) * (i - 9),
            .reference_ns = 20 + 14 - i,
        };
    struct timing timing = {.samples = samples, .count = 15, .level_ns = 10};
    timing_summarise(&timing);
    cr_assert_eq(timing.quiet, 0);
    cr_assert_float_eq(timing.ratio, 2, 1e-12);
    struct timing_sample four[] = {{1, 50, 10}, {1, 30, 10}, {1, 80, 20}, {1, 900, 30}};
    timing = (struct timing){.samples = four, .count = 4, .level_ns = 10};
    timing_summarise(&timing);
    cr_assert_eq(timing.quiet, 2);
    cr_assert_float_eq(timing.ratio, 4, 1e-12);
}

Test(timing, a_tenth_over_the_level_is_quiet)
{
    cr_assert(timing_is_quiet(110, 100));
    cr_assert(timing_is_quiet(50, 100));
    cr_assert_not(timing_is_quiet(111, 100));
}

/* A machine that is twice as slow for some runs: the times say so, the ratios do not. */
Test(timing, a_slow_spell_of_the_machine_is_not_in_the_ratio)
{
    struct timing_sample spell[] = {{1, 300, 30}, {1, 600, 60}, {1, 600, 60}};
    struct timing timing = {.samples = spell, .count = 3, .level_ns = 30};
    timing_summarise(&timing);
    cr_assert_eq(timing.median_ns, 600);
    cr_assert_float_eq(timing.ratio, 10, 1e-12);
    cr_assert_eq(timing.outliers, 0, "all ratios are equal");
}

Test(timing, one_run_is_not_timed)
{
    cr_assert_not(timing_is_asked(&(struct timing_plan){0, 0}));
    cr_assert_not(timing_is_asked(&(struct timing_plan){1, 0}));
    cr_assert(timing_is_asked(&(struct timing_plan){2, 0}));
}

/* The five of above, from the second to the fourth. Ratios 8, 10.2, 9.8: median 9.8,
 * distances 1.8 0.4 0, their median 0.4, score 3.04 at most. CPU 98 102 104. Two are quiet,
 * so all three count: 28 / 3. */
static const char text[] = "{\"repeats\": 3, \"warmup\": 1, \"level_ns\": 10, \"quiet\": "
                           "2, \"outliers\": 0, \"median_ns\": 102, \"mad_ns\": 2,"
                           " \"ratio\": 9.3333333333333339, \"samples\": ["
                           "{\"wall_ns\": 4, \"cpu_ns\": 104, \"reference_ns\": 13},"
                           "{\"wall_ns\": 1, \"cpu_ns\": 102, \"reference_ns\": 10},"
                           "{\"wall_ns\": 2, \"cpu_ns\": 98, \"reference_ns\": 10}]}";

static const struct pod_json_place place = {"result", ".timing", POD_HOST};

static bool parse(const char *from, struct timing *out, struct pod_error *err)
{
    pod_auto_json json_t *value =
        pod_json_parse(from, strlen(from), "result", POD_HOST, err);
    return value != NULL && timing_parse(value, &place, out, err);
}

Test(timing, what_is_printed_comes_back)
{
    struct pod_error err = POD_ERROR_INIT;
    struct timing timing = TIMING_INIT, back = TIMING_INIT;
    cr_assert(parse(text, &timing, &err), "%s", err.message);
    cr_assert_eq(timing.count, 3);
    cr_assert_eq(timing.warmup, 1);
    cr_assert_eq(timing.samples[0].reference_ns, 13);
    pod_auto_json json_t *object = timing_to_json(&timing);
    pod_auto_free char *printed = pod_json_print_line(object);
    cr_assert(parse(printed, &back, &err), "%s", err.message);
    cr_assert_eq(memcmp(back.samples, timing.samples, 3 * sizeof *back.samples), 0);
    cr_assert_eq(memcmp(&back.ratio, &timing.ratio, sizeof back.ratio), 0);
    timing_release(&timing);
    timing_release(&back);
}

#define AT "result: .timing"

static const struct fixture_case rows[] = {
    {"repeats", "4", AT ".repeats: is not the number of samples"},
    {"repeats", "1", AT ".repeats: expected 2 to 300, found 1"},
    {"warmup", NULL, AT ".warmup: missing"},
    {"median_ns", "103", AT ": does not follow from its samples"},
    {"mad_ns", "3", AT ": does not follow from its samples"},
    {"ratio", "9.4", AT ": does not follow from its samples"},
    {"quiet", "3", AT ": does not follow from its samples"},
    {"level_ns", "20", AT ": does not follow from its samples"},
    {"level_ns", "0", AT ".level_ns: expected 1 to 9007199254740992, found 0"},
    {"outliers", "1", AT ": does not follow from its samples"},
    {"samples.1.cpu_ns", "50", AT ": does not follow from its samples"},
    {"samples.0.reference_ns", "0",
     AT ".samples[0].reference_ns: expected 1 to 9007199254740992, found 0"},
    {"samples.2.cpu_ns", "-1",
     AT ".samples[2].cpu_ns: expected 0 to 9007199254740992, found -1"},
    {"samples.2", "7", AT ".samples[2]: expected an object, found a number"},
    {"samples.2.core", "7",
     AT ".samples[2].core: unknown key, known are wall_ns, cpu_ns, reference_ns"},
    {"best", "1",
     AT ".best: unknown key, known are repeats, warmup, level_ns, quiet, outliers, "
        "median_ns, mad_ns, "
        "ratio, samples"},
};

Test(timing, a_record_that_cannot_be_is_refused)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct timing timing = TIMING_INIT;
        pod_auto_free char *patched = fixture_patch(text, rows[i].path, rows[i].value);
        cr_expect_not(parse(patched, &timing, &err), "%s", rows[i].message);
        cr_expect_str_eq(err.message, rows[i].message);
        timing_release(&timing);
    }
}
