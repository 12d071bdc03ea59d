#include "board_fixture.h"
#include "text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_table, .timeout = 20);

#define CASES PODIUM_SOURCE_DIR "/tests/cases/board/"

static char *print(const struct board *board, const struct board_view *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    cr_expect(board_print(board, view, out));
    cr_assert_eq(fclose(out), 0);
    return text;
}

static struct board *load(const char *path, struct board_fixture *fixture)
{
    struct board_error err;
    board_fixture_load(path, fixture);
    struct board *board = board_new(&fixture->input, &err);
    cr_assert_not_null(board, "%s", err.message);
    return board;
}

static void expect_text(const char *path, const struct board_view *view, const char *wanted)
{
    struct board_fixture fixture;
    struct board *board = load(path, &fixture);
    char *text = print(board, view);
    cr_expect_str_eq(text, wanted, "%s:\n%s", path, text);
    free(text);
    board_free(board);
    board_fixture_release(&fixture);
}

Test(board_table, shows_ranks_scores_cases_and_cpu_time)
{
    const struct board_view wide = {.columns = 80};
    expect_text(CASES "invalid-never-above-valid/input.json", &wide,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.000Z\n"
                "as of 2023-11-19T12:00:00.000Z, public split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases)\n"
                "#  team         entry   score      c1     c2     CPU\n"
                "1  half absent  first   0.250       -  0.500  1.00 s\n"
                "2  below zero   first  -0.250  -1.000  0.500  2.00 s\n"
                "3  half dead    first  -1.000  -2.000    TLE  2.00 s\n"
                "not ranked:\n"
                "  all wrong / first: no valid result (WA)\n"
                "  nothing at all / first: no valid result (-)\n"
                "  wrong in the second / first: no valid result (WA)\n");
}

/* The reaches are those of all 4^4 x 2^2 draws, enumerated: see worked.txt of the case. */
Test(board_table, shows_how_far_scores_and_ranks_may_lie)
{
    const struct board_view wide = {.columns = 84};
    const struct board_view narrow = {.columns = 60};
    expect_text(CASES "statistics/input.json", &wide,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.000Z\n"
                "as of 2023-11-19T12:00:00.000Z, hidden split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases)\n"
                "#  team           entry  score      ±   ranks  random  default    sim    "
                "cpu     CPU\n"
                "1  best           first  0.531  0.109       1   0.625    0.500  0.750  "
                "0.250  4.00 s\n"
                "2  no valid def…  first  0.375  0.078  2 to 3   0.500       WA  0.500  "
                "0.500  4.00 s\n"
                "3  third everyw…  first  0.344  0.109  2 to 3   0.375    0.250  0.500  "
                "0.250  4.00 s\n"
                "fewer than 20 to draw from, so intervals are too narrow: random+default "
                "has 4, sim …\n");
    expect_text(CASES "statistics/input.json", &narrow,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.0…\n"
                "as of 2023-11-19T12:00:00.000Z, hidden split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases)\n"
                "# team         entry score random default   sim   cpu    CPU\n"
                "1 best         first 0.531  0.625   0.500 0.750 0.250 4.00 s\n"
                "2 no valid de… first 0.375  0.500      WA 0.500 0.500 4.00 s\n"
                "3 third every… first 0.344  0.375   0.250 0.500 0.250 4.00 s\n"
                "2 columns left out to keep within 60 columns\n"
                "fewer than 20 to draw from, so intervals are too narrow: ra…\n");
}

Test(board_table, says_that_scores_are_those_of_the_ladder)
{
    const struct board_view view = {.columns = 80};
    expect_text(CASES "ladder-with-items/input.json", &view,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.000Z\n"
                "as of 2023-11-19T12:00:00.000Z, public split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases, as the Ladder announces)\n"
                "#  team     entry  score     c1     CPU\n"
                "1  third    sure   1.000  1.000  1.00 s\n"
                "2  other    first  0.750  0.750  1.00 s\n"
                "3  climber  a      0.500  0.500  1.00 s\n");
}

Test(board_table, splits_long_heads_and_leaves_out_the_last_cases)
{
    const struct board_view narrow = {.columns = 60};
    expect_text(CASES "contest-of-2023/input.json", &narrow,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.0…\n"
                "as of 2023-11-19T12:00:00.000Z, public split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases)\n"
                "                              layout  layout  layout\n"
                "                        tile     xla     xla     nlp\n"
                "# team         score     xla default  random default    CPU\n"
                "1 6th place  0.71338 0.97462 0.45508 0.67127 0.53938 5.00 s\n"
                "2 33rd place 0.64412 0.95510 0.31880 0.55690 0.50530 5.00 s\n"
                "3 tile only  0.19600 0.98000       -       -       - 1.00 s\n"
                "2 columns left out to keep within 60 columns\n");
}

Test(board_table, says_practice_where_nobody_recorded_arrivals)
{
    const struct board_view view = {.columns = 0, .is_colour = true, .track = "main"};
    expect_text(CASES "practice/input.json", &view,
                "ML for Systems 2023\n"
                "practice: no arrival times, so no deadline applies and ranks are not "
                "official\n"
                "as of 2023-11-19T12:00:00.000Z, public split, podium 0.1.0\n"
                "\n"
                "Final score (mean-of-cases)\n"
                " \033[1m#\033[0m  \033[1mteam\033[0m  \033[1mentry\033[0m  "
                "\033[1mscore\033[0m     \033[1mc1\033[0m     \033[1mCPU\033[0m\n"
                "=1  \033[1ma\033[0m     first  0.500  0.500  1.00 s\n"
                "=1  \033[1mb\033[0m     first  0.500  0.500  1.00 s\n"
                "not ranked:\n"
                "  c / first: no valid result (CE)\n");
}

/* Lines keep within the width and hold no control byte, whatever the names are. */
static void check_lines(char *text, int columns)
{
    for (char *line = strtok_r(text, "\n", &text); line != NULL;
         line = strtok_r(NULL, "\n", &text)) {
        char *escaped = board__escaped(line, false);
        cr_expect_str_eq(line, escaped, "unsafe text: %s", escaped);
        cr_expect_leq(board__width(line), columns, "%d columns: %s", columns, line);
        cr_expect_neq(line[strlen(line) - 1], ' ', "a blank at the end of: %s", line);
        free(escaped);
    }
}

Test(board_table, keeps_within_every_width)
{
    static const char *const paths[] = {
        CASES "hostile-names/input.json", CASES "contest-of-2023/input.json",
        CASES "best-entry-of-a-team/input.json", CASES "statistics/input.json"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct board_fixture fixture;
        struct board *board = load(paths[i], &fixture);
        for (int columns = 1; columns < 130; columns++) {
            const struct board_view view = {.columns = columns};
            char *text = print(board, &view);
            check_lines(text, columns < 40 ? 40 : columns);
            free(text);
        }
        board_free(board);
        board_fixture_release(&fixture);
    }
}

/* bound: (100 + 0) / 2, (100 + 0) / 2, (60 + 40) / 2, (100 + 100) / 2; reference: 130 is
 * clipped to 125; the score weighs them 1 to 3. */
Test(board_table, points_add_up_by_task_and_a_column_is_a_task)
{
    const struct board_view wide = {.columns = 80};
    expect_text(CASES "weighted-points/input.json", &wide,
                "ML for Systems 2023\n"
                "deadline 17 November 2023 AoE, before 2023-11-18T12:00:00.000Z\n"
                "as of 2023-11-19T12:00:00.000Z, public split, podium 0.1.0\n"
                "\n"
                "Points (weighted-points)\n"
                " #  team                 entry   score   bound  referen…     CPU\n"
                " 1  beats the reference  first  106.25   50.00    125.00  3.00 s\n"
                "=2  clips                first   50.00   50.00     50.00  3.00 s\n"
                "=2  dies instead         first   50.00   50.00     50.00  3.00 s\n"
                " 4  plays one task       first   25.00  100.00         -  2.00 s\n");
}

Test(board_table, tells_a_full_disk_from_a_track_that_is_not_there)
{
    struct board_fixture fixture;
    struct board *board = load(CASES "practice/input.json", &fixture);
    const struct board_view all = {.columns = 80};
    const struct board_view none = {.columns = 80, .track = "no-such-track"};
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    cr_expect_not(board_print(board, &all, full));
    cr_expect_eq(errno, ENOSPC);
    (void)fclose(full);
    cr_expect_not(board_print(board, &none, stderr));
    cr_expect_eq(errno, 0);
    board_free(board);
    board_fixture_release(&fixture);
}
