/* Each folder of tests/cases/stats is a sample (input.json says where it comes from) and
 * what NumPy and SciPy find (expected.json, by reference.py beside them). */
#include "stats.h"

#include "omit.h"
#include "order.h"
#include "profile.h"
#include "random.h"
#include "student.h"
#include "tie.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_stats, .timeout = 20);

static const char root[] = PODIUM_SOURCE_DIR "/tests/cases/stats";

enum { TEAMS_MAX = 64, UNITS_MAX = 128, STRATA_MAX = 8 };

struct stats_case {
    double parts[TEAMS_MAX * UNITS_MAX];
    double fixed[TEAMS_MAX];
    size_t strata[STRATA_MAX];
    struct board_sample sample;
    size_t replicates;
    uint64_t seed;
    json_t *document; /* owns expected */
    const json_t *expected;
};

static json_t *load_json(const char *name, const char *file)
{
    char path[512];
    json_error_t error;
    cr_assert(snprintf(path, sizeof path, "%s/%s/%s", root, name, file) > 0);
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(document, "%s:%d: %s", path, error.line, error.text);
    return document;
}

static double number(const json_t *array, size_t index)
{
    return json_number_value(json_array_get(array, index));
}

static void load_sample(struct stats_case *it, const json_t *input)
{
    const json_t *parts = json_object_get(input, "parts");
    const json_t *fixed = json_object_get(input, "fixed");
    const json_t *strata = json_object_get(input, "strata");
    struct board_sample *sample = &it->sample;
    sample->team_count = json_array_size(parts);
    sample->unit_count = json_array_size(json_array_get(parts, 0));
    sample->stratum_count = json_array_size(strata);
    cr_assert(sample->team_count <= TEAMS_MAX && sample->unit_count <= UNITS_MAX &&
              sample->stratum_count <= STRATA_MAX);
    for (size_t team = 0; team < sample->team_count; team++) {
        it->fixed[team] = number(fixed, team);
        for (size_t i = 0; i < sample->unit_count; i++)
            it->parts[team * sample->unit_count + i] =
                number(json_array_get(parts, team), i);
    }
    for (size_t s = 0; s < sample->stratum_count; s++)
        it->strata[s] = (size_t)number(strata, s);
    sample->parts = it->parts;
    sample->fixed = it->fixed;
    sample->stratum_sizes = it->strata;
}

static struct stats_case *load(const char *name)
{
    struct stats_case *it = calloc(1, sizeof *it);
    cr_assert_not_null(it);
    json_t *input = load_json(name, "input.json");
    load_sample(it, input);
    it->replicates = (size_t)json_integer_value(json_object_get(input, "replicates"));
    it->seed = strtoull(json_string_value(json_object_get(input, "seed")), NULL, 16);
    it->document = load_json(name, "expected.json");
    it->expected = json_object_get(it->document, "teams");
    json_decref(input);
    return it;
}

static void release(struct stats_case *it)
{
    json_decref(it->document);
    free(it);
}

static bool is_near(double found, double wanted)
{
    return fabs(found - wanted) <= 1e-10 * fabs(wanted) + 1e-13;
}

static void expect_real(const json_t *wanted, const char *key, double found,
                        const char *where)
{
    double value = json_number_value(json_object_get(wanted, key));
    cr_expect(is_near(found, value), "%s: %s is %.17g where %.17g is expected", where, key,
              found, value);
}

static void expect_count(const json_t *wanted, const char *key, size_t found,
                         const char *where)
{
    json_int_t value = json_integer_value(json_object_get(wanted, key));
    cr_expect_eq((json_int_t)found, value, "%s: %s is %zu where %lld is expected", where,
                 key, found, (long long)value);
}

static void check_team(const struct stats_case *it, size_t team,
                       const struct board_spread *spread, const char *name)
{
    const json_t *wanted = json_array_get(it->expected, team);
    char where[128];
    cr_assert(snprintf(where, sizeof where, "%s, team %zu", name, team) > 0);
    expect_real(wanted, "score_low", spread->score_low, where);
    expect_real(wanted, "score_high", spread->score_high, where);
    expect_count(wanted, "rank_low", spread->rank_low, where);
    expect_count(wanted, "rank_high", spread->rank_high, where);
    expect_count(wanted, "first_count", spread->first_count, where);
    expect_count(wanted, "out_low", spread->out_low, where);
    expect_count(wanted, "out_high", spread->out_high, where);
    expect_count(wanted, "tie_group", spread->tie_group, where);
    if (team > 0)
        expect_real(wanted, "p", board_difference_p(&it->sample, 0, team), where);
}

static void check_folder(const char *name)
{
    struct stats_case *it = load(name);
    struct board_spread *spreads = board_spread_new(&it->sample, it->replicates, it->seed);
    cr_assert_eq(json_array_size(it->expected), it->sample.team_count);
    for (size_t team = 0; team < it->sample.team_count; team++)
        check_team(it, team, &spreads[team], name);
    free(spreads);
    release(it);
}

Test(board_stats, are_what_numpy_and_scipy_find)
{
    int count = 0;
    DIR *folder = opendir(root);
    cr_assert_not_null(folder);
    for (struct dirent *item; (item = readdir(folder)) != NULL;) {
        if (item->d_name[0] == '.' || strchr(item->d_name, '.') != NULL)
            continue;
        check_folder(item->d_name);
        count++;
    }
    (void)closedir(folder);
    cr_assert_geq(count, 4);
}

/* Values of the authors' own programs, xoshiro256starstar.c and splitmix64.c, as the Rust
 * crate rand_xoshiro stores them. */
Test(board_stats, draw_the_numbers_of_the_published_generator)
{
    static const uint64_t wanted[] = {UINT64_C(11520),
                                      UINT64_C(0),
                                      UINT64_C(1509978240),
                                      UINT64_C(1215971899390074240),
                                      UINT64_C(1216172134540287360),
                                      UINT64_C(607988272756665600),
                                      UINT64_C(16172922978634559625),
                                      UINT64_C(8476171486693032832),
                                      UINT64_C(10595114339597558777),
                                      UINT64_C(2904607092377533576)};
    static const uint64_t mixed[] = {
        UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
        UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec)};
    struct board__random random = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        cr_expect_eq(board__random_next(&random), wanted[i], "number %zu", i);
    board__random_init(&random, 0);
    cr_expect_arr_eq(random.state, mixed, sizeof mixed);
}

/* The products of Lemire's method by hand: the upper half of the first number of the state
 * {1, 2, 3, 4}, 11520, is 0, and its product's lower half 0 is below 2^32 mod 3 = 1, so it
 * is drawn again; so is 0, and 1509978240, whose upper half is 0 too; 1215971899390074240
 * has the upper half 283115520, times 3 is 849346560, below 2^32: 0. */
Test(board_stats, draw_again_what_would_favour_some_numbers)
{
    struct board__random random = {{1, 2, 3, 4}};
    struct board__random same = random;
    cr_expect_eq(board__random_below(&random, 3), 0);
    for (int i = 0; i < 4; i++)
        (void)board__random_next(&same);
    cr_expect_arr_eq(random.state, same.state, sizeof same.state);
    cr_expect_eq(board__random_below(&random, 1), 0);
}

/* Two-sided tails of scipy.stats.t (SciPy 1.10.1), 2 * t.sf(t, df). */
Test(board_stats, know_the_tails_of_students_t)
{
    static const struct {
        double t, freedom, p;
    } rows[] = {{1, 3, 0.39100221895577053},
                {0.0, 5, 1},
                {0.001, 1, 0.99936338043983886},
                {2.5, 7.5, 0.038820258273625514},
                {12.7062047361747, 1, 0.050000000000000024},
                {4, 23, 0.00056254191507163333},
                {30, 893, 2.5536336698865742e-137},
                {60, 7, 9.3776006583290202e-11},
                {1.96, 1000000.0, 0.049996067585269782},
                {2, 2.25, 0.16914925044226775},
                {0.3, 893, 0.76424697369814254},
                {8, 500, 8.7296627938802524e-15}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double p = board__student_p(rows[i].t, rows[i].freedom);
        double slack = (1e-13 + 1e-15 * rows[i].freedom) * rows[i].p;
        cr_expect(fabs(p - rows[i].p) <= slack, "t %g, df %g: %.17g, not %.17g", rows[i].t,
                  rows[i].freedom, p, rows[i].p);
    }
    cr_expect_eq(board__student_p(INFINITY, 3), 0);
}

/* By hand: 5 x .01, 4 x .02, 3 x .03, then 2 x .04 = .08 is less than .09 and becomes it.
 */
Test(board_stats, correct_by_holm_step_by_step)
{
    static const double p[] = {0.04, 0.01, 0.05, 0.03, 0.02};
    static const double wanted[] = {0.09, 0.05, 0.09, 0.09, 0.08};
    double adjusted[5];
    board_holm(p, 5, adjusted);
    for (int i = 0; i < 5; i++)
        cr_expect(is_near(adjusted[i], wanted[i]), "%d: %g", i, adjusted[i]);
    static const double large[] = {0.6, 0.7};
    board_holm(large, 2, adjusted);
    cr_expect_eq(adjusted[0], 1);
    cr_expect_eq(adjusted[1], 1);
}

Test(board_stats, share_the_better_rank_among_equal_scores)
{
    static const int64_t scores[] = {5, 9, 5, -3, 9, 5, 0, 8, 7, 6, 5, 4, INT64_MIN};
    static const uint32_t wanted[] = {6, 1, 6, 12, 1, 6, 11, 3, 4, 5, 6, 10, 13};
    enum { COUNT = sizeof scores / sizeof scores[0] };
    struct board__order order;
    board__order_init(&order, COUNT);
    for (int round = 0; round < 2; round++) {
        const struct board__keyed *ranked = board__order_ranks(&order, scores);
        for (int i = 0; i < COUNT; i++)
            cr_expect_eq(ranked[i].rank, wanted[ranked[i].index], "place %d", i);
    }
    board__order_release(&order);
}

/* A team's numbers are its own: those of a copy of it are the same, and moving a team to
 * another place, hence into another tile of the sums, changes none but the order. */
Test(board_stats, do_not_depend_on_where_a_team_stands)
{
    struct stats_case *it = load("one-stratum");
    size_t units = it->sample.unit_count;
    enum { COPIES = 20 };
    static double parts[COPIES * UNITS_MAX];
    for (size_t i = 0; i < COPIES; i++)
        memcpy(parts + i * units, it->parts + (i % 2) * units, units * sizeof *parts);
    struct board_sample sample = it->sample;
    sample.parts = parts;
    sample.fixed = NULL;
    sample.team_count = COPIES;
    struct board_spread *alone = board_spread_new(&it->sample, it->replicates, it->seed);
    struct board_spread *many = board_spread_new(&sample, it->replicates, it->seed);
    for (size_t i = 0; i < COPIES; i++) {
        cr_expect_eq(many[i].score_low, alone[i % 2].score_low);
        cr_expect_eq(many[i].score_high, alone[i % 2].score_high);
        cr_expect_eq(many[i].first_count, many[i % 2].first_count);
    }
    free(alone);
    free(many);
    release(it);
}

/* By the formula of the mean's normal interval, mean +- 1.96 s / sqrt(n): for 400 items of
 * values 0 and 1, half each, 0.5 +- 0.049. A bootstrap of 10,000 is within 0.005 of it. */
Test(board_stats, give_the_normal_interval_where_items_are_many)
{
    enum { UNITS = 400 };
    static double parts[UNITS];
    static const size_t strata[] = {UNITS};
    for (int i = 0; i < UNITS; i++)
        parts[i] = (i % 2) / (double)UNITS;
    const struct board_sample sample = {.parts = parts,
                                        .team_count = 1,
                                        .unit_count = UNITS,
                                        .stratum_sizes = strata,
                                        .stratum_count = 1};
    struct board_spread *spread = board_spread_new(&sample, 10000, 42);
    cr_expect(fabs(spread->score_low - 0.451) < 0.005, "%g", spread->score_low);
    cr_expect(fabs(spread->score_high - 0.549) < 0.005, "%g", spread->score_high);
    cr_expect_eq(spread->first_count, 10000);
    free(spread);
}

/* Ratios 1, 2, none, none: the own value is negative; nobody has a value above 0. */
Test(board_stats, give_no_ratio_to_what_is_not_above_zero)
{
    static const double best[] = {0.5, 1, 0.25, 0};
    static const double values[] = {0.5, 0.5, -0.25, 0};
    double fractions[BOARD__PROFILE_POINTS];
    board__profile(best, values, 4, fractions);
    for (size_t i = 0; i < BOARD__PROFILE_POINTS; i++)
        cr_expect_eq(fractions[i], board__profile_ratios[i] < 2 ? 0.25 : 0.5, "%zu", i);
}
