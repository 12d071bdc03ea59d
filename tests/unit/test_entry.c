#include "model/entry.h"
#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(entry, .timeout = 20);

static const char base[] =
    "{\"schema\": \"podium.entry/1\", \"name\": \"random\", \"team\": \"Random order\","
    " \"members\": [\"A. Turing\"], \"url\": \"https://example.org/x\", \"license\": "
    "\"MIT\","
    " \"build\": [\"make\", \"-s\"],"
    " \"tasks\": {\"tile\": {\"run\": [\"./random\", \"\"]}, \"layout\": {\"run\": "
    "[\"./random\"]}}}";

Test(entry, everything_that_entry_json_says_is_read)
{
    char *folder = fixture_enter();
    fixture_write("e/entry.json", base);
    static const char *const paths[] = {"e", "e/", "e/entry.json"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct pod_error err = POD_ERROR_INIT;
        entry_auto struct entry entry = ENTRY_INIT;
        cr_assert(entry_load(paths[i], &entry, &err), "%s", err.message);
        cr_assert_str_eq(entry.name, "random");
        cr_assert_str_eq(entry.team, "Random order");
        cr_assert_eq(entry.members.count, 1);
        cr_assert_str_eq(entry.members.items[0], "A. Turing");
        cr_assert_str_eq(entry.url, "https://example.org/x");
        cr_assert_str_eq(entry.license, "MIT");
        cr_assert_eq(entry.build.count, 2);
        cr_assert_str_eq(entry.build.items[1], "-s");
        cr_assert_eq(entry.task_count, 2);
        cr_assert_str_eq(entry.tasks[0].id, "tile");
        cr_assert_str_eq(entry_task_find(&entry, "layout")->run.items[0], "./random");
        cr_assert_eq(entry_task_find(&entry, "tile")->run.count, 2);
        cr_assert_null(entry_task_find(&entry, "til"));
    }
    fixture_leave_take(folder);
}

Test(entry, what_is_optional_may_be_absent)
{
    char *folder = fixture_enter();
    fixture_write(
        "entry.json",
        "{\"schema\": \"podium.entry/1\", \"name\": \"\xe6\x9d\xb1\", \"team\":"
        " \"\xf0\x9f\x9a\x80 & <Friends>\", \"tasks\": {\"t\": {\"run\": [\"x\"]}}}");
    struct pod_error err = POD_ERROR_INIT;
    entry_auto struct entry entry = ENTRY_INIT;
    cr_assert(entry_load(".", &entry, &err), "%s", err.message);
    cr_assert_null(entry.url);
    cr_assert_null(entry.license);
    cr_assert_eq(entry.build.count, 0);
    cr_assert_eq(entry.members.count, 0);
    fixture_leave_take(folder);
}

#define AT "e/entry.json: "
#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define UMLAUTS_10 "ääääääääää"

#define FOUR "\"A\",\"B\",\"C\",\"D\","

static const struct fixture_case good[] = {
    {"members", "[]", NULL}, /* a team of one lists nobody */
    {"members", "[" FOUR FOUR FOUR FOUR FOUR FOUR FOUR "\"A\",\"B\",\"C\",\"D\"]", NULL},
    {"name", "\"" SIXTY "1234\"", NULL},
    {"name",
     "\"" UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 "1234\"", NULL},
    {"team", "\"a b\"", NULL},
    {"team", "\"=cmd|' /C calc'!A0\"", NULL}, /* a CSV writer's task */
    {"team", "\"\\u2764\\ufe0f\"", NULL},     /* heart as emoji */
    {"team", "\"<script>{% raw %}\"", NULL},  /* an HTML writer's task */
    {"tasks", "{\"cache-2.x_y\": {\"run\": [\"python3\", \"a\\nb\"]}}", NULL},
    {"tasks.tile", "{\"output\": \".\"}", NULL}, /* answers beside entry.json */
    {"tasks.tile", "{\"output\": \"answers/...\"}", NULL},
    {"tasks.tile.protocol", "\"bin\"", NULL},
    {"tasks.tile.protocol", "\"text\"", NULL},
};

#define NEEDS_ONE                                                                          \
    ".tasks.tile: needs \"run\" (a command) or \"output\" (a folder with its answers), "   \
    "one of them"
#define NO_FOLDER                                                                          \
    ".tasks.tile.output: is no folder below the entry's: no empty part, \".\" or \"..\""

static const struct fixture_case bad[] = {
    {"", "[]", AT "expected an object, found an array"},
    {"schema", "\"podium.task/1\"",
     AT ".schema: expected \"podium.entry/1\", found \"podium.task/1\""},
    {"nmae", "1",
     AT ".nmae: unknown key, known are name, team, members, url, license, build, tasks"},
    {"name", NULL, AT ".name: missing"},
    {"name", "7", AT ".name: expected a string, found a number"},
    {"name", "\"\"", AT ".name: expected 1 to 64 characters, found 0"},
    {"name", "\"" SIXTY "12345\"", AT ".name: expected 1 to 64 characters, found 65"},
    {"name", "\"a\\u001b[31m\"", AT ".name: \"a\\x1b[31m\" holds a control character"},
    {"name", "\"a\\nb\"", AT ".name: \"a\\x0ab\" holds a control character"},
    {"name", "\"a\\u007f\"", AT ".name: \"a\\x7f\" holds a control character"},
    {"name", "\"a\\u009b1m\"", AT ".name: \"a\\xc2\\x9b1m\" holds a control character"},
    {"name", "\" a\"", AT ".name: \" a\" starts or ends with a space"},
    {"name", "\"a \"", AT ".name: \"a \" starts or ends with a space"},
    {"name", "\"a\\u3000\"", AT ".name: \"a\u3000\" starts or ends with a space"},
    {"team", "\"\\u202egnp\"",
     AT ".team: \"\\xe2\\x80\\xaegnp\" holds a character that turns the direction of text"},
    {"team", "\"a\\u2066b\"",
     AT ".team: \"a\\xe2\\x81\\xa6b\" holds a character that turns the direction of text"},
    {"team", "\"a\\u200bb\"",
     AT ".team: \"a\\xe2\\x80\\x8bb\" holds an invisible character"},
    {"team", "\"a\\ufeffb\"",
     AT ".team: \"a\\xef\\xbb\\xbfb\" holds an invisible character"},
    {"team", "\"Zoe\\u0308\"", AT ".team: \"Zoe\xcc\x88\" is not in Unicode normal form C"},
    {"team", "\"\\u0430dm1n\"",
     AT ".team: \"\xd0\xb0"
        "dm1n\" looks like \"admin\", which is the organizer's"},
    {"name", "\"Official\"",
     AT ".name: \"Official\" looks like \"official\", which is the organizer's"},
    {"team", "\"a\\u2028b\"", AT ".team: \"a\\xe2\\x80\\xa8b\" holds a control character"},
    {"members", "[\"A\"," FOUR FOUR FOUR FOUR FOUR FOUR FOUR "\"B\",\"C\",\"D\",\"E\"]",
     AT ".members: expected 0 to 32 items, found 33"},
    {"members", "[\"A\", \"\\u0007\"]",
     AT ".members[1]: \"\\x07\" holds a control character"},
    {"members", "{}", AT ".members: expected an array of strings, found an object"},
    {"url", "\"javascript:alert(1)\"",
     AT ".url: \"javascript:alert(1)\" is no http or https address in plain ASCII"},
    {"url", "\"https://x/\\\"onclick=\"",
     AT ".url: \"https://x/\"onclick=\" is no http or https address in plain ASCII"},
    {"license", "null", AT ".license: expected a string, found null"},
    {"build", "[]", AT ".build: expected 1 to 256 items, found 0"},
    {"build", "\"make\"", AT ".build: expected an array of strings, found a string"},
    {"build", "[\"\"]", AT ".build[0]: is empty, expected a program"},
    {"tasks", "{}", AT ".tasks: expected 1 to 64 keys, found 0"},
    {"tasks", "[]", AT ".tasks: expected an object, found an array"},
    {"tasks", "{\"../x\": {\"run\": [\"a\"]}}",
     AT ".tasks: \"../x\" is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or digit "
        "first"},
    {"tasks.tile", "[\"./random\"]", AT ".tasks.tile: expected an object, found an array"},
    {"tasks.tile", "{}", AT NEEDS_ONE},
    {"tasks.tile.output", "\".\"", AT NEEDS_ONE},
    {"tasks.tile", "{\"output\": \"../x\"}", AT NO_FOLDER},
    {"tasks.tile", "{\"output\": \"/etc\"}", AT NO_FOLDER},
    {"tasks.tile", "{\"output\": \"a//b\"}", AT NO_FOLDER},
    {"tasks.tile", "{\"output\": \"a/./b\"}", AT NO_FOLDER},
    {"tasks.tile", "{\"output\": \"a/\"}", AT NO_FOLDER},
    {"tasks.tile.run", "\"./random\"",
     AT ".tasks.tile.run: expected an array of strings, found a string"},
    {"tasks.tile.run.0", "7", AT ".tasks.tile.run[0]: expected a string, found a number"},
    {"tasks.tile.run", "[\"\"]", AT ".tasks.tile.run[0]: is empty, expected a program"},
    {"tasks.tile.protocol", "\"json\"",
     AT ".tasks.tile.protocol: expected \"bin\" or \"text\""},
    {"tasks.tile.cpu_s", "9",
     AT ".tasks.tile.cpu_s: unknown key, known are run, output, protocol"},
};

static void check(const struct fixture_case *row)
{
    pod_auto_free char *text = fixture_patch(base, row->path, row->value);
    fixture_write("e/entry.json", text);
    struct pod_error err = POD_ERROR_INIT;
    entry_auto struct entry entry = ENTRY_INIT;
    bool is_loaded = entry_load("e", &entry, &err);
    cr_expect_eq(is_loaded, row->message == NULL, "%s %s: %s", row->path, row->value,
                 err.message);
    if (!row->message || is_loaded)
        return;
    cr_expect_eq(err.fault, POD_ENTRY, "%s", row->message);
    cr_expect_str_eq(err.message, row->message);
}

Test(entry, every_key_is_checked_and_named)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(good); i++)
        check(&good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        check(&bad[i]);
    fixture_leave_take(folder);
}

Test(entry, a_word_of_a_command_is_at_most_4096_bytes)
{
    char *folder = fixture_enter();
    char word[4100];
    memset(word, 'x', sizeof word);
    word[0] = word[4097] = '"';
    word[4098] = '\0';
    check(&(struct fixture_case){"build.1", word, NULL});
    word[4097] = 'x';
    word[4098] = '"';
    word[4099] = '\0';
    check(
        &(struct fixture_case){"build.1", word, AT ".build[1]: is longer than 4096 bytes"});
    fixture_leave_take(folder);
}

static void expect_failure(const char *path, enum pod_fault fault, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    entry_auto struct entry entry = ENTRY_INIT;
    cr_expect_not(entry_load(path, &entry, &err), "%s was taken", path);
    cr_expect_eq(err.fault, fault, "%s", err.message);
    cr_expect_str_eq(err.message, message);
}

Test(entry, what_is_no_entry_at_all_is_said_in_one_line)
{
    char *folder = fixture_enter();
    cr_assert_eq(mkdir("empty", 0755), 0);
    cr_assert_eq(mkdir("linked", 0755), 0);
    cr_assert_eq(mkdir("fifo", 0755), 0);
    cr_assert_eq(symlink("/etc/shadow", "linked/entry.json"), 0);
    cr_assert_eq(mkfifo("fifo/entry.json", 0644), 0);
    fixture_write("dir/entry.json/x", "");
    fixture_write("large/entry.json", "");
    cr_assert_eq(truncate("large/entry.json", 10 << 20), 0);
    fixture_write("up\x1b[2J/entry.json", "x");
    expect_failure("none", POD_USAGE, "cannot open \"none\": No such file or directory");
    expect_failure("no\x1b[2J", POD_USAGE,
                   "cannot open \"no\\x1b[2J\": No such file or directory");
    expect_failure("empty", POD_ENTRY, "empty/entry.json: No such file or directory");
    expect_failure("linked", POD_ENTRY,
                   "linked/entry.json: is a link, expected a regular file");
    expect_failure("fifo", POD_ENTRY, "fifo/entry.json: is not a regular file");
    expect_failure("dir", POD_ENTRY, "dir/entry.json: is not a regular file");
    expect_failure("large", POD_ENTRY, "large/entry.json: is larger than 65536 bytes");
    expect_failure("up\x1b[2J", POD_ENTRY,
                   "up\\x1b[2J/entry.json: line 1, column 1: '[' or '{' expected near 'x'");
    fixture_leave_take(folder);
}
