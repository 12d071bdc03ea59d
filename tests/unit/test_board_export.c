/* Boards in other tools' formats: the small board of tests/cases/export byte for byte, and
 * the rules that hold for every board of tests/cases/board. test_board_readers.py reads the
 * same bytes with other people's parsers. */
#include "board_fixture.h"
#include "export.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_export, .timeout = 20);

static const char golden[] = PODIUM_SOURCE_DIR "/tests/cases/export/input.json";

static char *export_text(const struct board_input *input, const struct board_export *what)
{
    struct board_error err;
    struct board *board = board_new(input, &err);
    cr_assert_not_null(board, "%s", err.message);
    char *text = board_export(board, what, &err);
    cr_assert_not_null(text, "%s: %s", what->format, err.message);
    board_free(board);
    return text;
}

static const char *team_of(const char *format)
{
    if (strcmp(format, "codabench") == 0)
        return "Plain";
    return strcmp(format, "gradescope") == 0 ? "=SUM(A1)" : NULL;
}

static void check_bytes(const struct board_input *input, const struct board_export *what,
                        const char *path)
{
    static char wanted[1 << 16];
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    size_t length = fread(wanted, 1, sizeof wanted - 1, file);
    cr_assert(length > 0 && feof(file), "%s", path);
    wanted[length] = '\0';
    (void)fclose(file);
    char *text = export_text(input, what);
    cr_expect(strcmp(text, wanted) == 0, "%s is not the board as %s", path, what->format);
    free(text);
}

static void check_golden(const struct board_input *input, const char *format)
{
    char path[512];
    const struct board_export what = {.format = format, .team = team_of(format)};
    cr_assert(snprintf(path, sizeof path, "%s/tests/cases/export/board.%s",
                       PODIUM_SOURCE_DIR, format) > 0);
    check_bytes(input, &what, path);
}

Test(board_export, every_format_is_the_same_byte_for_byte_in_any_order_of_the_records)
{
    struct board_fixture fixture;
    board_fixture_load(golden, &fixture);
    for (unsigned seed = 0; seed <= 20; seed++) {
        if (seed > 0)
            board_fixture_shuffle(&fixture, seed);
        for (const struct board_format *format = board_formats; format->name; format++)
            check_golden(&fixture.input, format->name);
    }
    board_fixture_release(&fixture);
}

/* All numbers of score or points under these keys, wherever they stand. */
static void check_rounded(const json_t *value, double unit, const char *format)
{
    static const char *const keys[] = {"score", "main-t-c1", "t-c1", "t:c1", "t_c1"};
    const char *key;
    json_t *inner;
    size_t index;
    json_array_foreach (value, index, inner)
        check_rounded(inner, unit, format);
    json_object_foreach ((json_t *)(uintptr_t)value, key, inner) {
        check_rounded(inner, unit, format);
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            double number = json_real_value(inner) / unit;
            if (strcmp(key, keys[i]) == 0)
                cr_expect(fabs(number - round(number)) < 1e-6, "%s: %s: %.17g", format, key,
                          json_real_value(inner));
        }
    }
}

Test(board_export, numbers_of_a_rounded_board_are_rounded_in_every_format)
{
    static const char *const formats[] = {"clics", "codabench", "gradescope"};
    struct board_fixture fixture;
    board_fixture_load(PODIUM_SOURCE_DIR "/tests/cases/board/rounded/input.json", &fixture);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const struct board_export what = {.format = formats[i],
                                          .team = i > 0 ? "finer" : NULL};
        char *text = export_text(&fixture.input, &what);
        json_t *value = json_loads(text, 0, NULL);
        /* 0.5004 with three decimals is 0.5, its 50.08 points with one 50.1. */
        check_rounded(value, i == 2 ? 0.1 : 0.001, formats[i]);
        cr_expect(strstr(text, "5004") == NULL && strstr(text, "50.07") == NULL, "%s",
                  text);
        json_decref(value);
        free(text);
    }
    board_fixture_release(&fixture);
}

/* So that formats of one team have one. */
static const char *some_team(const struct board_input *input,
                             const struct board_format *format)
{
    for (size_t i = 0; i < input->entry_count && format->is_of_team; i++) {
        const struct board_entry *entry = &input->entries[i];
        if (entry->standing == BOARD_COUNTS && entry->result_count > 0)
            return entry->team;
    }
    return NULL;
}

static bool try_format(const struct board_input *input, const struct board_export *what,
                       char **text)
{
    struct board_error err;
    struct board *board = board_new(input, &err);
    cr_assert_not_null(board, "%s", err.message);
    *text = board_export(board, what, &err);
    cr_assert(*text != NULL || err.message[0] != '\0');
    board_free(board);
    return *text != NULL;
}

static void check_any_order(struct board_fixture *fixture, const char *name)
{
    for (const struct board_format *format = board_formats; format->name; format++) {
        char *first = NULL, *again = NULL;
        const struct board_export what = {.format = format->name,
                                          .team = some_team(&fixture->input, format)};
        bool is_first = try_format(&fixture->input, &what, &first);
        board_fixture_shuffle(fixture, 7);
        bool is_again = try_format(&fixture->input, &what, &again);
        cr_expect_eq(is_first, is_again, "%s as %s", name, format->name);
        cr_expect(!is_first || strcmp(first, again) == 0, "%s as %s", name, format->name);
        free(first);
        free(again);
    }
}

Test(board_export, no_board_depends_on_the_order_of_its_records)
{
    static const char root[] = PODIUM_SOURCE_DIR "/tests/cases/board";
    int count = 0;
    DIR *folder = opendir(root);
    cr_assert_not_null(folder);
    for (struct dirent *item; (item = readdir(folder)) != NULL;) {
        struct board_fixture fixture;
        char path[512];
        if (item->d_name[0] == '.')
            continue;
        cr_assert(snprintf(path, sizeof path, "%s/%s/input.json", root, item->d_name) > 0);
        board_fixture_load(path, &fixture);
        check_any_order(&fixture, item->d_name);
        board_fixture_release(&fixture);
        count++;
    }
    (void)closedir(folder);
    cr_assert_geq(count, 12);
}

/* Names that JSON, and so a fixture, cannot hold: bytes that are not UTF-8. */
static const char *const raw_names[] = {"\xff\xfe", "=\xc0\xaf", "a\xed\xa0\x80z",
                                        "cut \xe2\x82"};

/* What every reader of every format takes: lines of printable ASCII. */
static bool is_plain(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if ((*at < ' ' && *at != '\n' && *at != '\r') || *at > '~')
            return false;
    }
    return true;
}

Test(board_export, bytes_that_are_no_text_are_escaped_in_every_format)
{
    struct board_fixture fixture;
    struct board_entry entries[8];
    board_fixture_load(golden, &fixture);
    cr_assert_leq(fixture.input.entry_count, 8);
    memcpy(entries, fixture.input.entries, fixture.input.entry_count * sizeof *entries);
    struct board_input input = fixture.input;
    input.entries = entries;
    for (size_t i = 0; i < sizeof raw_names / sizeof raw_names[0]; i++) {
        entries[3].team = entries[3].name = raw_names[i];
        for (const struct board_format *format = board_formats; format->name; format++) {
            char *text = export_text(
                &input,
                &(struct board_export){.format = format->name,
                                       .team = format->is_of_team ? raw_names[i] : NULL});
            cr_expect(is_plain(text), "name %zu as %s: %s", i, format->name, text);
            free(text);
        }
    }
    board_fixture_release(&fixture);
}

Test(board_export, what_cannot_be_exported_is_refused_with_the_reason)
{
    static const struct {
        struct board_export what;
        const char *message;
    } rows[] = {
        {{.format = "xls"},
         "no format \"xls\": it is one of csv, clics, codabench, gradescope, markdown, "
         "atom"},
        {{.format = "csv", .track = "other"}, "no track \"other\""},
        {{.format = "csv", .team = "Plain"}, "all teams are in format \"csv\": name none"},
        {{.format = "codabench"}, "one team is in format \"codabench\": say which"},
        {{.format = "gradescope", .team = "plain"},
         "no entry of team \"plain\": its name is needed byte for byte"},
    };
    struct board_fixture fixture;
    struct board_error err;
    board_fixture_load(golden, &fixture);
    struct board *board = board_new(&fixture.input, &err);
    cr_assert_not_null(board, "%s", err.message);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_null(board_export(board, &rows[i].what, &err));
        cr_expect_str_eq(err.message, rows[i].message);
    }
    board_free(board);
    board_fixture_release(&fixture);
}

/* The board's own second entry of "whole" is late and wrong: no number tells that. */
Test(board_export, codabench_has_no_word_for_a_team_without_a_valid_result)
{
    struct board_fixture fixture;
    struct board_error err;
    board_fixture_load(PODIUM_SOURCE_DIR "/tests/cases/board/whole/input.json", &fixture);
    struct board *board = board_new(&fixture.input, &err);
    cr_assert_not_null(board, "%s", err.message);
    const struct board_export what = {.format = "codabench", .team = "beta"};
    cr_expect_null(board_export(board, &what, &err));
    cr_expect_str_eq(err.message,
                     "no valid result of team \"beta\": Codabench takes numbers only");
    board_free(board);
    board_fixture_release(&fixture);
}

/* So that what ajv checks is what the library writes. */
Test(board_export, examples_of_the_schemas_are_exports_of_this_library)
{
    static const struct {
        const char *board, *file;
        struct board_export what;
    } rows[] = {
        {"example", "clics/contest.json", {.format = "clics"}},
        {"practice", "clics/practice.json", {.format = "clics"}},
        {"example", "codabench/contest.json", {.format = "codabench", .team = "Linear"}},
        {"example", "gradescope/ranked.json", {.format = "gradescope", .team = "Slow"}},
        {"example",
         "gradescope/unranked.json",
         {.format = "gradescope", .team = "Judge fell over"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct board_fixture fixture;
        char path[512];
        cr_assert(snprintf(path, sizeof path, "%s/tests/cases/board/%s/input.json",
                           PODIUM_SOURCE_DIR, rows[i].board) > 0);
        board_fixture_load(path, &fixture);
        cr_assert(snprintf(path, sizeof path, "%s/leaderboard/schema/examples/%s",
                           PODIUM_SOURCE_DIR, rows[i].file) > 0);
        check_bytes(&fixture.input, &rows[i].what, path);
        board_fixture_release(&fixture);
    }
}
