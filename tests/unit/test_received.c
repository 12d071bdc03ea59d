#include "model/received.h"
#include "base/buf.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(received, .timeout = 20);

static const char base[] =
    "{\"schema\": \"podium.received/1\", \"entries\": {"
    " \"zeta\": {\"received_at\": \"2023-11-17T10:00:00.000Z\", \"seq\": 2},"
    " \"scored/alpha\": {\"received_at\": \"2023-11-18T12:00:00Z\", \"seq\": 1},"
    " \"..hidden\": {\"received_at\": \"2023-11-18T11:59:59.999Z\", \"seq\": 10507}}}";

Test(received, arrivals_are_found_by_folder)
{
    char *folder = fixture_enter();
    fixture_write("received.json", base);
    struct pod_error err = POD_ERROR_INIT;
    received_auto struct received received = RECEIVED_INIT;
    cr_assert(received_load("received.json", &received, &err), "%s", err.message);
    cr_assert_eq(received.count, 3);
    const struct received_row *row = received_find(&received, "scored/alpha");
    cr_assert_not_null(row);
    cr_assert_eq(row->received_at, 1700308800000);
    cr_assert_eq(row->seq, 1);
    cr_assert_eq(received_find(&received, "..hidden")->received_at, 1700308799999);
    cr_assert_eq(received_find(&received, "zeta")->seq, 2);
    static const char *const none[] = {"", "alpha", "scored", "scored/alpha/", "./zeta"};
    for (size_t i = 0; i < COUNT(none); i++)
        cr_assert_null(received_find(&received, none[i]), "%s", none[i]);
    fixture_leave_take(folder);
}

#define AT "received.json: "
#define ROW "{\"received_at\": \"2023-11-17T10:00:00Z\", \"seq\": 7}"
#define NO_FOLDER ": is no folder relative to this file: no empty part, \".\" or \"..\""
#define NO_INSTANT " is not an instant: write it as 2023-11-18T11:59:59Z"

static const struct fixture_case rows[] = {
    {"entries", "{}", NULL},
    {"entries", "{\"a b/\\u00e4\": " ROW "}", NULL},
    {"schema", NULL, AT ".schema: missing, expected \"podium.received/1\""},
    {"entries", NULL, AT ".entries: missing"},
    {"entries", "[]", AT ".entries: expected an object, found an array"},
    {"as_of", "1", AT ".as_of: unknown key, known are entries"},
    {"entries.zeta", "7", AT ".entries[\"zeta\"]: expected an object, found a number"},
    {"entries.zeta.seq", NULL, AT ".entries[\"zeta\"].seq: missing"},
    {"entries.zeta.seq", "0",
     AT ".entries[\"zeta\"].seq: expected 1 to 9007199254740992, found 0"},
    {"entries.zeta.seq", "1",
     AT ".entries[\"zeta\"].seq: 1 is also that of .entries[\"scored/alpha\"]"},
    {"entries.zeta.received_at", NULL, AT ".entries[\"zeta\"].received_at: missing"},
    {"entries.zeta.received_at", "1700308800",
     AT ".entries[\"zeta\"].received_at: expected a string, found a number"},
    {"entries.zeta.received_at", "\"2023-11-17\"",
     AT ".entries[\"zeta\"].received_at: \"2023-11-17\"" NO_INSTANT},
    {"entries.zeta.received_at", "\"2023-11-17 AoE\"",
     AT ".entries[\"zeta\"].received_at: \"2023-11-17 AoE\"" NO_INSTANT},
    {"entries.zeta.mtime", "1",
     AT ".entries[\"zeta\"].mtime: unknown key, known are received_at, seq"},
    {"entries", "{\"/a\": " ROW "}", AT ".entries[\"/a\"]" NO_FOLDER},
    {"entries", "{\"a/\": " ROW "}", AT ".entries[\"a/\"]" NO_FOLDER},
    {"entries", "{\"a//b\": " ROW "}", AT ".entries[\"a//b\"]" NO_FOLDER},
    {"entries", "{\"./a\": " ROW "}", AT ".entries[\"./a\"]" NO_FOLDER},
    {"entries", "{\"a/../b\": " ROW "}", AT ".entries[\"a/../b\"]" NO_FOLDER},
    {"entries", "{\"..\": " ROW "}", AT ".entries[\"..\"]" NO_FOLDER},
    {"entries", "{\"\": " ROW "}", AT ".entries[\"\"]" NO_FOLDER},
    {"entries", "{\"\\u001b[2J/..\": " ROW "}", AT ".entries[\"\\x1b[2J/..\"]" NO_FOLDER},
};

static void check(const struct fixture_case *row)
{
    pod_auto_free char *text = fixture_patch(base, row->path, row->value);
    fixture_write("received.json", text);
    struct pod_error err = POD_ERROR_INIT;
    received_auto struct received received = RECEIVED_INIT;
    bool is_loaded = received_load("received.json", &received, &err);
    cr_expect_eq(is_loaded, row->message == NULL, "%s %s: %s", row->path, row->value,
                 err.message);
    if (!row->message || is_loaded)
        return;
    cr_expect_eq(err.fault, POD_HOST, "%s", row->message);
    cr_expect_str_eq(err.message, row->message);
}

Test(received, every_defect_is_named)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(rows); i++)
        check(&rows[i]);
    fixture_write("received.json",
                  "{\"schema\": \"podium.received/1\", \"entries\": {\n\"a\": " ROW ",\n"
                  "\"a\": " ROW "}}");
    struct pod_error err = POD_ERROR_INIT;
    received_auto struct received received = RECEIVED_INIT;
    cr_assert_not(received_load("received.json", &received, &err));
    cr_assert_str_eq(err.message, AT "line 3, column 3: duplicate object key near '\"a\"'");
    fixture_leave_take(folder);
}

/* The contest had 10,507 entries. */
Test(received, ten_thousand_arrivals_are_found)
{
    char *folder = fixture_enter();
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    pod_buf_puts(&text, "{\"schema\": \"podium.received/1\", \"entries\": {");
    for (int i = 0; i < 10507; i++)
        pod_buf_printf(&text,
                       "%s\"team-%d\": {\"received_at\": \"2023-11-17T10:00:00Z\", "
                       "\"seq\": %d}",
                       i ? "," : "", (i * 7919) % 10507, i + 1);
    pod_buf_puts(&text, "}}");
    fixture_write("received.json", text.data);
    struct pod_error err = POD_ERROR_INIT;
    received_auto struct received received = RECEIVED_INIT;
    cr_assert(received_load("received.json", &received, &err), "%s", err.message);
    cr_assert_eq(received.count, 10507);
    for (int i = 0; i < 10507; i++) {
        pod_auto_free char *name = pod_strf("team-%d", (i * 7919) % 10507);
        const struct received_row *row = received_find(&received, name);
        cr_assert(row && row->seq == i + 1, "%s", name);
    }
    fixture_leave_take(folder);
}
