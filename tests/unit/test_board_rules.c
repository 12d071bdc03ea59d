#include "board_fixture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_rules, .timeout = 20);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char path[] = PODIUM_SOURCE_DIR "/tests/cases/board/whole/input.json";

/* What a test changes: a writable copy of everything on the way to a case. */
struct bench {
    struct board_fixture fixture;
    struct board_input input;
    struct board_track track;
    struct board_task task;
    struct board_case cases[2];
    struct board_entry entries[2];
    struct board_result results[2];
};

static void set_up(struct bench *bench)
{
    board_fixture_load(path, &bench->fixture);
    bench->input = bench->fixture.input;
    bench->track = bench->input.competition.tracks[0];
    bench->task = bench->track.tasks[0];
    memcpy(bench->cases, bench->task.cases, sizeof bench->cases);
    memcpy(bench->entries, bench->input.entries, sizeof bench->entries);
    memcpy(bench->results, bench->entries[0].results, sizeof bench->results);
    bench->entries[0].results = bench->results;
    bench->task.cases = bench->cases;
    bench->track.tasks = &bench->task;
    bench->input.competition.tracks = &bench->track;
    bench->input.entries = bench->entries;
}

static void no_id(struct bench *bench)
{
    bench->input.competition.id = "";
}

static void no_instant(struct bench *bench)
{
    bench->input.competition.as_of = NULL;
}

static void no_tracks(struct bench *bench)
{
    bench->input.competition.track_count = 0;
}

static void odd_rule(struct bench *bench)
{
    bench->track.combine = (enum board_combine)7;
}

static void many_decimals(struct bench *bench)
{
    bench->track.decimals = 18;
}

static void no_tasks(struct bench *bench)
{
    bench->track.task_count = 0;
}

static void no_cases(struct bench *bench)
{
    bench->task.case_count = 0;
}

static void same_case(struct bench *bench)
{
    bench->cases[1].id = "c1";
}

static void worst_is_nan(struct bench *bench)
{
    bench->cases[1].worst = NAN;
}

static void lower_is_better(struct bench *bench)
{
    bench->task.is_lower_better = true;
}

static void no_weight(struct bench *bench)
{
    bench->track.combine = BOARD_WEIGHTED_POINTS;
    bench->task.cap = 100;
}

static void endless_cap(struct bench *bench)
{
    bench->track.combine = BOARD_WEIGHTED_POINTS;
    bench->task.weight = 1;
    bench->task.cap = INFINITY;
}

static void same_result(struct bench *bench)
{
    bench->results[1].case_id = "c1";
}

static void no_verdict(struct bench *bench)
{
    bench->results[1].verdict = NULL;
}

static void same_entry(struct bench *bench)
{
    bench->entries[1] = bench->entries[0];
}

static void few_replicates(struct bench *bench)
{
    bench->input.competition.replicates = 99;
}

static void many_replicates(struct bench *bench)
{
    bench->input.competition.replicates = 100001;
}

Test(board_rules, refuse_a_competition_that_makes_no_sense)
{
    static const struct {
        void (*change)(struct bench *bench);
        const char *message;
    } table[] = {
        {no_id, "the competition has no id"},
        {no_instant, "the board has no instant: as_of is empty"},
        {no_tracks, "competition \"mlsys-2023\" has no tracks"},
        {few_replicates,
         "99 replicates: resampling takes 100 to 100000 of them, or 0 for none"},
        {many_replicates,
         "100001 replicates: resampling takes 100 to 100000 of them, or 0 for none"},
        {odd_rule, "track \"main\": no such rule to combine scores"},
        {many_decimals, "track \"main\": decimals must be 0 to 17, not 18"},
        {no_tasks, "track \"main\" has no tasks"},
        {no_cases, "task \"t\" has no cases"},
        {same_case, "task \"t\": case \"c1\" is listed twice"},
        {worst_is_nan, "case \"c2\" of task \"t\": its worst value is no number"},
        {lower_is_better,
         "task \"t\": lower is better, so its raw values cannot be averaged "
         "into a score; use points"},
        {no_weight, "task \"t\": weight and cap must lie between 1e-9 and 1e9"},
        {endless_cap, "task \"t\": weight and cap must lie between 1e-9 and 1e9"},
        {same_result, "entry \"first\": two results for case \"c1\" of task \"t\""},
        {no_verdict, "entry \"first\": a result lacks task, case or verdict"},
        {same_entry, "entry \"first\" of team \"alpha\" is listed twice"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct bench bench;
        struct board_error err = {"left from before"};
        set_up(&bench);
        table[i].change(&bench);
        struct board *board = board_new(&bench.input, &err);
        cr_expect_null(board, "%s", table[i].message);
        cr_expect_str_eq(err.message, table[i].message);
        board_free(board);
        board_fixture_release(&bench.fixture);
    }
}

Test(board_rules, show_an_odd_number_as_a_judge_error_of_that_entry_alone)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300};
    for (size_t i = 0; i < 2 * COUNT(odd); i++) {
        struct bench bench;
        struct board_error err;
        set_up(&bench);
        *(i % 2 == 0 ? &bench.results[0].raw : &bench.results[0].score) = odd[i / 2];
        struct board *board = board_new(&bench.input, &err);
        cr_assert_not_null(board, "%s", err.message);
        char *text = board_to_json(board);
        cr_expect_not_null(strstr(text, "\"reason\": \"judge_error\""), "%g", odd[i / 2]);
        cr_expect_not_null(strstr(text, "\"rows\": []"), "%g", odd[i / 2]);
        free(text);
        board_free(board);
        board_fixture_release(&bench.fixture);
    }
}

Test(board_rules, rank_on_the_exact_score_where_the_printed_ones_are_equal)
{
    struct bench bench;
    struct board_error err;
    set_up(&bench);
    /* beta is in time now, answers both cases, and is better by one unit in the last
     * place; its arrival is later and both print 0.375. */
    struct board_result better[2] = {bench.results[0], bench.results[1]};
    better[0].raw = nextafter(0.5, 1);
    bench.entries[1].received_ms -= 1;
    bench.entries[1].results = better;
    bench.entries[1].result_count = 2;
    struct board *board = board_new(&bench.input, &err);
    cr_assert_not_null(board, "%s", err.message);
    char *text = board_to_json(board);
    const char *beta = strstr(text, "\"team\": \"beta\"");
    const char *alpha = strstr(text, "\"team\": \"alpha\"");
    cr_assert(beta != NULL && alpha != NULL);
    cr_expect_lt(beta, alpha);
    cr_expect_null(strstr(text, "\"rank_text\": \"="));
    free(text);
    board_free(board);
    board_fixture_release(&bench.fixture);
}

enum { TEAMS = 616, ENTRIES_EACH = 17, ENTRIES = TEAMS * ENTRIES_EACH };

/* Entries of the real contest's number; the best of team i has the score (i + 1) / 1024,
 * exactly, so that team 615 leads and nobody ties. */
static void fill_contest(struct board_entry *entries, struct board_result *results,
                         char (*names)[16])
{
    for (int i = 0; i < ENTRIES; i++) {
        int team = i % TEAMS;
        int lesser = i / TEAMS;
        cr_assert(snprintf(names[team], sizeof names[team], "team %03d", team) > 0);
        results[i] = (struct board_result){
            .task = "t",
            .case_id = "c1",
            .verdict = lesser == 3 ? "WA" : "OK",
            .raw = (team + 1) / 1024.0 - lesser,
        };
        entries[i] = (struct board_entry){
            .team = names[team],
            .name = "entry",
            .received_at = "2023-11-01T00:00:00.000Z",
            .seq = i,
            .results = &results[i],
            .result_count = 1,
        };
    }
}

/* 1,001 teams of the contest, times 100,000, is above 100,000,000; 99,900 is not. */
Test(board_rules, refuse_more_scores_than_memory_should_hold)
{
    enum { MANY = 1001 };
    static struct board_entry entries[ENTRIES];
    static struct board_result results[ENTRIES];
    static char names[TEAMS][16];
    static char more[MANY][16];
    struct bench bench;
    struct board_error err;
    set_up(&bench);
    fill_contest(entries, results, names);
    for (int i = 0; i < MANY; i++) {
        cr_assert(snprintf(more[i], sizeof more[i], "%d", i) > 0);
        entries[i].team = more[i];
    }
    bench.task.case_count = 1;
    bench.input.entries = entries;
    bench.input.entry_count = MANY;
    bench.input.competition.replicates = 100000;
    cr_expect_null(board_new(&bench.input, &err));
    cr_expect_str_eq(err.message,
                     "track \"main\": 1001 teams times 100000 replicates are too "
                     "many scores; lower the replicates to 99900");
    bench.input.competition.replicates = 99900;
    struct board *board = board_new(&bench.input, &err);
    cr_expect_not_null(board, "%s", err.message);
    board_free(board);
    board_fixture_release(&bench.fixture);
}

/* One team, 100,000 times 1,000,001 items, is above 100,000,000,000. */
Test(board_rules, refuse_more_sums_than_anybody_would_wait_for)
{
    enum { MANY = 1000001 };
    struct board_item *items = calloc(MANY, sizeof *items);
    struct bench bench;
    struct board_error err;
    cr_assert_not_null(items);
    set_up(&bench);
    bench.task.case_count = 1;
    bench.input.entry_count = 1;
    bench.results[0].items = items;
    bench.results[0].item_count = MANY;
    bench.input.competition.replicates = 100000;
    cr_expect_null(board_new(&bench.input, &err));
    cr_expect_str_eq(err.message,
                     "track \"main\": 1 teams times 1000001 items times 100000 replicates "
                     "would take minutes; lower the replicates");
    free(items);
    board_fixture_release(&bench.fixture);
}

Test(board_rules, hold_616_teams_with_17_entries_each)
{
    static struct board_entry entries[ENTRIES];
    static struct board_result results[ENTRIES];
    static char names[TEAMS][16];
    struct bench bench;
    struct board_error err;
    set_up(&bench);
    fill_contest(entries, results, names);
    bench.task.case_count = 1;
    bench.input.entries = entries;
    bench.input.entry_count = ENTRIES;
    struct board *board = board_new(&bench.input, &err);
    cr_assert_not_null(board, "%s", err.message);
    char *text = board_to_json(board);
    json_t *root = json_loads(text, 0, NULL);
    json_t *track = json_array_get(json_object_get(root, "tracks"), 0);
    json_t *rows = json_object_get(track, "rows");
    cr_assert_eq(json_array_size(rows), TEAMS);
    cr_expect_eq(json_integer_value(json_object_get(track, "entry_count")), ENTRIES);
    cr_expect_eq(json_array_size(json_object_get(track, "unranked")), 0);
    for (int i = 0; i < TEAMS; i++) {
        json_t *row = json_array_get(rows, (size_t)i);
        cr_expect_str_eq(json_string_value(json_object_get(row, "team")),
                         names[TEAMS - 1 - i]);
        cr_expect_eq(json_integer_value(json_object_get(row, "rank")), i + 1);
        cr_expect_eq(json_integer_value(json_object_get(row, "entry_count")), ENTRIES_EACH);
    }
    json_decref(root);
    free(text);
    board_free(board);
    board_fixture_release(&bench.fixture);
}
