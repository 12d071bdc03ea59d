/* Each folder of tests/cases/board is a small board: input.json and what leaderboard.json
 * must hold of it, worked out by hand (null: the key is absent). The folder "whole" is
 * compared byte for byte. */
#include "board_fixture.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_cases, .timeout = 20);

static const char root[] = PODIUM_SOURCE_DIR "/tests/cases/board";

static char *board_text(const struct board_input *input, const char *name)
{
    struct board_error err;
    struct board *board = board_new(input, &err);
    cr_assert_not_null(board, "%s: %s", name, err.message);
    char *text = board_to_json(board);
    board_free(board);
    return text;
}

static void load(const char *name, struct board_fixture *fixture)
{
    char path[512];
    cr_assert(snprintf(path, sizeof path, "%s/%s/input.json", root, name) > 0);
    board_fixture_load(path, fixture);
}

static void check_expected(const char *name, const char *text)
{
    char path[512];
    json_error_t error;
    cr_assert(snprintf(path, sizeof path, "%s/%s/expected.json", root, name) > 0);
    json_t *expected = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(expected, "%s:%d: %s", path, error.line, error.text);
    json_t *actual = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(actual, "%s: %s", name, error.text);
    cr_expect(board_fixture_holds(actual, expected, name));
    json_decref(actual);
    json_decref(expected);
}

static void check_shuffled(const char *name, struct board_fixture *fixture,
                           const char *text)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        board_fixture_shuffle(fixture, seed);
        char *again = board_text(&fixture->input, name);
        cr_expect_str_eq(again, text, "%s: another order, another board", name);
        free(again);
    }
}

/* Returns how many folders there are. */
static int for_each_case(void (*check)(const char *name))
{
    int count = 0;
    DIR *folder = opendir(root);
    cr_assert_not_null(folder);
    for (struct dirent *item; (item = readdir(folder)) != NULL;) {
        if (item->d_name[0] == '.')
            continue;
        check(item->d_name);
        count++;
    }
    (void)closedir(folder);
    return count;
}

static void check_values(const char *name)
{
    struct board_fixture fixture;
    load(name, &fixture);
    char *text = board_text(&fixture.input, name);
    check_expected(name, text);
    free(text);
    board_fixture_release(&fixture);
}

static void check_order(const char *name)
{
    struct board_fixture fixture;
    load(name, &fixture);
    char *text = board_text(&fixture.input, name);
    check_shuffled(name, &fixture, text);
    free(text);
    board_fixture_release(&fixture);
}

Test(board_cases, hold_what_a_hand_worked_out)
{
    cr_assert_geq(for_each_case(check_values), 12);
}

Test(board_cases, do_not_depend_on_the_order_of_the_input)
{
    cr_assert_geq(for_each_case(check_order), 12);
}

/* The board of a case is this file, byte for byte. */
static void check_bytes(const char *name, const char *file)
{
    struct board_fixture fixture;
    static char wanted[1 << 18];
    load(name, &fixture);
    FILE *in = fopen(file, "r");
    cr_assert_not_null(in, "%s", file);
    size_t length = fread(wanted, 1, sizeof wanted - 1, in);
    cr_assert(length > 0 && feof(in), "%s", file);
    wanted[length] = '\0';
    (void)fclose(in);
    char *text = board_text(&fixture.input, name);
    cr_expect(strcmp(text, wanted) == 0, "%s is not the board of \"%s\"", file, name);
    free(text);
    board_fixture_release(&fixture);
}

Test(board_cases, whole_document_is_the_same_byte_for_byte)
{
    check_bytes("whole", PODIUM_SOURCE_DIR "/tests/cases/board/whole/expected.json");
}

/* So that what ajv checks is what the library writes. */
Test(board_cases, examples_of_the_schema_are_boards_of_this_library)
{
    static const char folder[] = PODIUM_SOURCE_DIR "/leaderboard/schema/examples";
    static const char *const pairs[][2] = {{"example", "contest.json"},
                                           {"practice", "practice.json"},
                                           {"statistics", "statistics.json"},
                                           {"rounded", "rounded.json"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char file[512];
        cr_assert(snprintf(file, sizeof file, "%s/%s", folder, pairs[i][1]) > 0);
        check_bytes(pairs[i][0], file);
    }
}
