/* What the statistics of a board draw, by hand. */
#include "units.h"

#include "board_fixture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_units, .timeout = 20);

#define CASES PODIUM_SOURCE_DIR "/tests/cases/board/"

struct bench {
    struct board_fixture fixture;
    struct board__ranking ranking;
    const struct board__row *rows[16];
    struct board__units units;
};

/* Units of the ranked rows of the first track. */
static void draw(struct bench *bench)
{
    const struct board_input *input = &bench->fixture.input;
    memset(&bench->ranking, 0, sizeof bench->ranking);
    board__rank(input, &input->competition.tracks[0], &bench->ranking);
    for (size_t i = 0; i < bench->ranking.ranked_count; i++)
        bench->rows[i] = &bench->ranking.rows[i];
    board__units_init(&bench->units, bench->ranking.track, bench->rows,
                      bench->ranking.ranked_count);
}

static void load(const char *path, struct bench *bench)
{
    board_fixture_load(path, &bench->fixture);
    draw(bench);
}

static void release(struct bench *bench)
{
    board__units_release(&bench->units);
    board__ranking_release(&bench->ranking);
    board_fixture_release(&bench->fixture);
}

static struct board_result *result_of(struct bench *bench, size_t entry, size_t result)
{
    const struct board_entry *from = &bench->fixture.input.entries[entry];
    return (struct board_result *)(uintptr_t)&from->results[result];
}

static struct board_item *item_of(struct board_result *result, size_t index)
{
    return (struct board_item *)(uintptr_t)&result->items[index];
}

static void expect_strata(const struct board__units *units, size_t count,
                          const char *const *names, const size_t *sizes)
{
    cr_assert_eq(units->sample.stratum_count, count);
    for (size_t s = 0; s < count; s++) {
        cr_expect_str_eq(units->stratum_names[s], names[s]);
        cr_expect_eq(units->stratum_sizes[s], sizes[s]);
    }
}

/* (1 + 0.5) / 4 items / 4 cases for the first graph, 1 / 2 / 4 for the first kernel; a case
 * that is not OK counts its worst, 0. */
Test(board_units, join_the_items_of_one_name_and_weigh_them_as_the_score_does)
{
    static const char *const names[] = {"random+default", "sim"};
    static const size_t sizes[] = {4, 2};
    static const double best[] = {1.5 / 16, 1.25 / 16, 1. / 16, .75 / 16, 1. / 8, .5 / 8};
    static const double half[] = {1. / 16, .25 / 16, .5 / 16, .25 / 16, .5 / 8, .5 / 8};
    struct bench bench;
    load(CASES "statistics/input.json", &bench);
    const struct board__units *units = &bench.units;
    expect_strata(units, 2, names, sizes);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(units->parts[i], best[i], "unit %zu of the first row", i);
        cr_expect_eq(units->parts[6 + i], half[i], "unit %zu of the second row", i);
    }
    cr_expect_eq(units->fixed[0], .25 / 4);
    cr_expect_eq(units->fixed[1], .5 / 4);
    cr_expect_eq(units->held_count, 1);
    cr_expect_str_eq(units->held_names[0], "cpu");
    release(&bench);
}

/* Parts and what is fixed add up to the score of every row. */
Test(board_units, add_up_to_the_score)
{
    static const char *const paths[] = {CASES "statistics/input.json",
                                        CASES "statistics-of-points/input.json",
                                        CASES "contest-of-2023/input.json"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct bench bench;
        load(paths[i], &bench);
        const struct board_sample *sample = &bench.units.sample;
        for (size_t row = 0; row < sample->team_count; row++) {
            double sum = sample->fixed[row];
            for (size_t unit = 0; unit < sample->unit_count; unit++)
                sum += sample->parts[row * sample->unit_count + unit];
            cr_expect(fabs(sum - bench.rows[row]->score) < 1e-9, "%s, row %zu: %g, not %g",
                      paths[i], row, sum, bench.rows[row]->score);
        }
        release(&bench);
    }
}

/* Weights 1 and 3, cap 100: a quarter of the points, halved between two cases. */
Test(board_units, draw_the_cases_of_a_task_where_points_are)
{
    static const char *const names[] = {"bound"};
    static const size_t sizes[] = {2};
    struct bench bench;
    load(CASES "statistics-of-points/input.json", &bench);
    expect_strata(&bench.units, 1, names, sizes);
    cr_expect_eq(bench.units.parts[0], 60. / 8);
    cr_expect_eq(bench.units.parts[1], 40. / 8);
    cr_expect_eq(bench.units.fixed[0], 125. * 3 / 4);
    cr_expect_eq(bench.units.held_count, 1);
    cr_expect_str_eq(bench.units.held_names[0], "reference");
    release(&bench);
}

/* The raw value of the first layout case is 0.5; of its items, 0 and 0.25 in one group and
 * 0.5, 1.0 and 1.125 in the other, the means are 0.125 and 0.875, and their mean is it. */
Test(board_units, know_a_mean_of_the_means_of_groups)
{
    static const char *const groups[] = {"x", "x", "y", "y", "y"};
    static const double values[] = {0, .25, .5, 1, 1.125};
    static const char *const ids[] = {"1", "2", "3", "4", "5"};
    struct board_item items[5];
    struct bench bench;
    board_fixture_load(CASES "statistics/input.json", &bench.fixture);
    for (size_t i = 0; i < 5; i++)
        items[i] = (struct board_item){ids[i], groups[i], values[i]};
    const struct board_item *kept[3];
    for (size_t entry = 0; entry < 3; entry++) {
        struct board_result *result = result_of(&bench, entry, 0);
        kept[entry] = result->items;
        result->items = items;
        result->item_count = 5;
        result->raw = .5;
    }
    draw(&bench);
    static const char *const names[] = {"random", "random", "default", "sim"};
    static const size_t sizes[] = {2, 3, 4, 2};
    expect_strata(&bench.units, 4, names, sizes);
    cr_expect_eq(bench.units.parts[1], .25 / 4 / 4);
    cr_expect(fabs(bench.units.parts[4] - 1.125 / 6 / 4) < 1e-16);
    for (size_t entry = 0; entry < 3; entry++)
        result_of(&bench, entry, 0)->items = kept[entry];
    release(&bench);
}

static void spoil_raw(struct board_result *result)
{
    result->raw += 1e-6;
}

static void spoil_id(struct board_result *result)
{
    item_of(result, 2)->id = "another";
}

static void spoil_count(struct board_result *result)
{
    result->item_count--;
}

static void spoil_all(struct board_result *result)
{
    result->item_count = 0;
}

static void spoil_number(struct board_result *result)
{
    item_of(result, 1)->value = NAN;
}

Test(board_units, hold_a_case_fixed_where_its_items_do_not_give_its_raw_value)
{
    void (*const spoils[])(struct board_result *) = {spoil_raw, spoil_id, spoil_count,
                                                     spoil_all, spoil_number};
    for (size_t entry = 0; entry < 3; entry++) {
        for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
            struct bench bench;
            board_fixture_load(CASES "statistics/input.json", &bench.fixture);
            spoils[i](result_of(&bench, entry, 0));
            draw(&bench);
            cr_expect_eq(bench.units.held_count, 2, "entry %zu, way %zu", entry, i);
            cr_expect_str_eq(bench.units.held_names[0], "random");
            release(&bench);
        }
    }
}

/* Which of two items of one name would be drawn with which of another case, nobody knows.
 */
Test(board_units, hold_a_case_fixed_that_lists_an_item_twice)
{
    struct bench bench;
    board_fixture_load(CASES "statistics/input.json", &bench.fixture);
    for (size_t entry = 0; entry < 3; entry++) {
        struct board_result *result = result_of(&bench, entry, 0);
        item_of(result, 1)->id = result->items[0].id;
    }
    draw(&bench);
    cr_expect_eq(bench.units.held_count, 2);
    cr_expect_str_eq(bench.units.held_names[0], "random");
    release(&bench);
}
