/* Rows of a board as lines: what was written and read makes the same board. */
#include "board_fixture.h"
#include "records.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_records, .timeout = 20);

static const char root[] = PODIUM_SOURCE_DIR "/tests/cases/board";

static char *board_text(const struct board_input *input)
{
    struct board_error err;
    struct board *board = board_new(input, &err);
    cr_assert_not_null(board, "%s", err.message);
    char *text = board_to_json(board);
    board_free(board);
    return text;
}

/* Takes line. */
static void add_take(struct board_records *records, char *line)
{
    struct board_error err = {""};
    cr_assert_null(strchr(line, '\n'));
    cr_assert(board_records_add(records, line, strlen(line), &err), "%s", err.message);
    free(line);
}

static struct board_records *copy(const struct board_input *input)
{
    struct board_records *records = board_records_new();
    add_take(records, board_records_head(&input->competition));
    for (size_t i = 0; i < input->entry_count; i++)
        add_take(records, board_records_entry(&input->entries[i]));
    return records;
}

static void check_same_board(const char *name)
{
    struct board_fixture fixture;
    char path[512];
    cr_assert(snprintf(path, sizeof path, "%s/%s/input.json", root, name) > 0);
    board_fixture_load(path, &fixture);
    struct board_records *records = copy(&fixture.input);
    char *text = board_text(&fixture.input);
    char *again = board_text(board_records_input(records));
    cr_expect_str_eq(again, text, "%s", name);
    free(again);
    free(text);
    board_records_free(records);
    board_fixture_release(&fixture);
}

Test(board_records, every_board_is_made_again_from_its_records)
{
    DIR *folder = opendir(root);
    int count = 0;
    cr_assert_not_null(folder);
    for (struct dirent *item; (item = readdir(folder)) != NULL;)
        if (item->d_name[0] != '.') {
            check_same_board(item->d_name);
            count++;
        }
    closedir(folder);
    cr_assert_gt(count, 10);
}

Test(board_records, numbers_keep_all_their_bits)
{
    const struct board_result result = {
        .task = "t", .case_id = "c", .verdict = "OK", .raw = 0.1 + 0.2, .score = 1e-300};
    const struct board_entry entry = {
        .team = "T", .results = &result, .result_count = 1, .seq = INT64_MAX};
    const struct board_competition competition = {.as_of = "x", .as_of_ms = INT64_MIN};
    const struct board_input input = {competition, &entry, 1};
    struct board_records *records = copy(&input);
    const struct board_input *read = board_records_input(records);
    cr_assert_eq(read->entry_count, 1);
    cr_assert_eq(read->entries[0].seq, INT64_MAX);
    cr_assert_eq(read->entries[0].results[0].raw, 0.1 + 0.2);
    cr_assert_eq(read->entries[0].results[0].score, 1e-300);
    cr_assert_eq(read->competition.as_of_ms, INT64_MIN);
    board_records_free(records);
}

Test(board_records, text_that_is_not_utf8_is_kept_escaped)
{
    const struct board_entry entry = {.team = "a\xff\n"};
    const struct board_competition competition = {.as_of = "x"};
    struct board_records *records = copy(&(struct board_input){competition, &entry, 1});
    cr_assert_str_eq(board_records_input(records)->entries[0].team, "a\\xff\n");
    board_records_free(records);
}

Test(board_records, a_line_of_more_values_than_an_entry_has_is_not_even_parsed)
{
    size_t length = (size_t)BOARD_RECORDS_VALUES_MAX + 2;
    char *line = malloc(length);
    struct board_error err = {""};
    struct board_records *records = board_records_new();
    cr_assert_not_null(line);
    memset(line, ',', length);
    line[0] = '[';
    cr_assert_not(board_records_add(records, line, length, &err));
    cr_assert_str_eq(err.message, "has more values than an entry has");
    board_records_free(records);
    free(line);
}

#define HEAD "{\"schema\": \"podium.records/1\", \"competition\": {\"as_of\": \"x\"}}"

static const struct {
    const char *line; /* after a good head, but for the first ones */
    const char *said;
} BAD[] = {
    {"{}", "the first line is not the head"},
    {"{\"schema\": \"podium.records/2\", \"competition\": {}}", "the first line is not"},
    {"{\"schema\": \"podium.records/1\", \"competition\": 1}",
     ".competition: is no object"},
    {"{\"schema\": \"podium.records/1\", \"competition\": {\"tracks\": {}}}",
     ".competition.tracks: is no array"},
    {"{\"schema\": \"podium.records/1\", \"competition\": {\"tracks\": [{\"id\": \"a\", "
     "\"decimals\": 5000}]}}",
     ".competition.tracks[0].decimals: is too large"},
    {HEAD "x", "end of file expected"},
    {"", "'[' or '{' expected"},
    {HEAD "\n{\"team\": 1}", ".team: is no text"},
    {HEAD "\n{\"team\": \"a\", \"team\": \"b\"}", "duplicate object key"},
    {HEAD "\n{\"team\": \"a\\u0000b\"}", "\\u0000 is not allowed"},
    {HEAD "\n{\"stranding\": \"counts\"}", "has an unknown key"},
    {HEAD "\n{\"standing\": \"count\"}", ".standing: is none of the words"},
    {HEAD "\n{\"standing\": 3}", ".standing: is none of the words"},
    {HEAD "\n{\"has_grace\": 1}", ".has_grace: is neither true nor false"},
    {HEAD "\n{\"seq\": 1.5}", ".seq: is no number that may stand here"},
    {HEAD "\n{\"results\": [{\"task\": \"t\", \"case\": \"c\"}]}",
     ".results[0].verdict: is missing"},
    {HEAD "\n{\"results\": [{\"task\": \"t\", \"case\": \"c\", \"verdict\": \"OK\", "
          "\"cpu_ns\": -1}]}",
     ".results[0].cpu_ns: is no number that may stand here"},
    {HEAD "\n{\"results\": [{\"task\": \"t\", \"case\": \"c\", \"verdict\": \"OK\", "
          "\"raw\": \"1\"}]}",
     ".results[0].raw: is no number"},
    {HEAD "\n[]", "is no object"},
    {HEAD "\n{\"team\": \"\xff\"}", "unable to decode byte 0xff"},
};

/* The error that the last line gives; the ones before it must be good. */
static void add_lines(struct board_records *records, const char *lines,
                      struct board_error *err)
{
    const char *end;
    for (; (end = strchr(lines, '\n')) != NULL; lines = end + 1)
        cr_assert(board_records_add(records, lines, (size_t)(end - lines), err), "%s",
                  err->message);
    cr_assert_not(board_records_add(records, lines, strlen(lines), err), "%s", lines);
}

Test(board_records, what_is_no_record_is_refused_with_its_place)
{
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct board_records *records = board_records_new();
        struct board_error err = {""};
        add_lines(records, BAD[i].line, &err);
        cr_expect(strstr(err.message, BAD[i].said) != NULL, "%s: %s", BAD[i].line,
                  err.message);
        board_records_free(records);
    }
}
