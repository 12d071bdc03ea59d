#include "model/result.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(result, .timeout = 20);

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const char verdict_text[] =
    "{\"schema\": \"podium.verdict/1\", \"raw\": 0.1, \"unit\": \"mean of 2 - "
    "chosen/best\","
    " \"score\": -3.3333333333333335, \"metrics\": {\"best_of_1\": 0.7, \"graphs\": 3},"
    " \"items\": [{\"id\": \"tile:sim:ab\", \"value\": 0.30000000000000004,"
    "              \"group\": \"tile:sim\"}, {\"id\": \"x\", \"value\": -2}],"
    " \"message\": \"fine\"}";

static bool parse_verdict(const char *text, bool is_rejected, struct verdict_object *out,
                          struct pod_error *err)
{
    return verdict_object_parse(text, strlen(text), is_rejected, out, err);
}

Test(result, a_scorers_verdict_is_read)
{
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert(parse_verdict(verdict_text, false, &object, &err), "%s", err.message);
    cr_assert(object.has_raw && object.has_score);
    cr_assert_float_eq(object.raw, 0.1, 0);
    cr_assert_float_eq(object.score, -10.0 / 3, 0);
    cr_assert_str_eq(object.unit, "mean of 2 - chosen/best");
    cr_assert_str_eq(object.message, "fine");
    cr_assert_eq(object.item_count, 2);
    cr_assert_str_eq(object.items[0].group, "tile:sim");
    cr_assert_float_eq(object.items[0].value, 0.1 + 0.2, 0);
    cr_assert_null(object.items[1].group);
    cr_assert_eq(json_object_size(object.metrics), 2);
}

Test(result, a_rejection_has_only_its_reason_made_safe)
{
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert(parse_verdict("{\"schema\": \"podium.verdict/1\", \"message\": "
                            "\"submission.csv:2:1: \\u001b[2J\\nand 3 more\"}",
                            true, &object, &err),
              "%s", err.message);
    cr_assert_not(object.has_raw || object.has_score);
    cr_assert_str_eq(object.message, "submission.csv:2:1: \\x1b[2J\nand 3 more");
}

Test(result, a_long_reason_is_cut_between_characters)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    pod_buf_puts(&text, "{\"schema\": \"podium.verdict/1\", \"message\": \"x");
    for (int i = 0; i < 10000; i++)
        pod_buf_puts(&text, "\xe2\x82\xac");
    pod_buf_puts(&text, "\"}");
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert(parse_verdict(text.data, true, &object, &err), "%s", err.message);
    /* 8192 = 1 + 3 * 2730 + 1: the last whole euro ends at 8191 */
    cr_assert_eq(strlen(object.message), 8191 + 3);
    cr_assert_str_eq(object.message + 8188, "\xe2\x82\xac...");
}

#define V "verdict: "
#define KNOWN "unknown key, known are raw, unit, score, metrics, items, message"

static const struct fixture_case verdicts[] = {
    {"metrics", NULL, NULL},
    {"items", NULL, NULL},
    {"message", NULL, NULL},
    {"items", "[]", NULL},
    {"raw", "1", NULL},
    {"", "[]", V "expected an object, found an array"},
    {"schema", "\"podium.verdict/2\"",
     V ".schema: expected \"podium.verdict/1\", found \"podium.verdict/2\""},
    {"verdict", "\"OK\"", V ".verdict: " KNOWN},
    {"raw", NULL, V ".raw: missing"},
    {"raw", "\"1\"", V ".raw: expected a number, found a string"},
    {"raw", "null", V ".raw: expected a number, found null"},
    {"unit", NULL, V ".unit: missing"},
    {"unit", "\"a\\u202eb\"",
     V ".unit: \"a\\xe2\\x80\\xaeb\" holds a character that turns the direction of text"},
    {"score", NULL, V ".score: missing"},
    {"metrics", "[]", V ".metrics: expected an object, found an array"},
    {"metrics.nested", "{}", V ".metrics.nested: expected a number, found an object"},
    {"metrics.\x1b", "1", V ".metrics: \"\\x1b\" holds a control character"},
    {"items", "{}", V ".items: expected an array, found an object"},
    {"items.1", "1", V ".items[1]: expected an object, found a number"},
    {"items.1.id", NULL, V ".items[1].id: missing"},
    {"items.1.id", "\"\"", V ".items[1].id: expected 1 to 256 bytes, found 0"},
    {"items.1.value", "null", V ".items[1].value: expected a number, found null"},
    {"items.1.rank", "1", V ".items[1].rank: unknown key, known are id, value, group"},
    {"message", "7", V ".message: expected a string, found a number"},
};

static void check_verdict(const struct fixture_case *row)
{
    pod_auto_free char *text = fixture_patch(verdict_text, row->path, row->value);
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    bool is_parsed = parse_verdict(text, false, &object, &err);
    cr_expect_eq(is_parsed, row->message == NULL, "%s %s: %s", row->path, row->value,
                 err.message);
    if (!row->message || is_parsed)
        return;
    cr_expect_eq(err.fault, POD_TASK, "%s", row->message);
    cr_expect_str_eq(err.message, row->message);
}

Test(result, a_bad_verdict_is_the_tasks_fault)
{
    for (size_t i = 0; i < COUNT(verdicts); i++)
        check_verdict(&verdicts[i]);
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert_not(parse_verdict(verdict_text, true, &object, &err), "rejected with a raw");
    cr_assert_str_eq(err.message, V ".raw: unknown key, known are message");
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(parse_verdict("{\"schema\": \"podium.verdict/1\"}", true, &object, &err));
    cr_assert_str_eq(err.message, V ".message: missing");
    err = (struct pod_error)POD_ERROR_INIT;
    cr_assert_not(parse_verdict("", false, &object, &err));
    cr_assert_str_eq(err.message, V "is empty");
}

static char *verdict_with_items(int count)
{
    struct pod_buf text = POD_BUF_INIT;
    pod_buf_puts(&text, "{\"schema\": \"podium.verdict/1\", \"raw\": 1, \"unit\": \"u\", "
                        "\"score\": 1, \"items\": [");
    for (int i = 0; i < count; i++)
        pod_buf_printf(&text, "%s{\"id\": \"g%d\", \"value\": %d, \"group\": \"g\"}",
                       i ? "," : "", i, i);
    pod_buf_puts(&text, "]}");
    return pod_buf_steal(&text);
}

Test(result, a_hundred_thousand_items_are_taken_and_not_one_more)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *full = verdict_with_items(VERDICT_ITEMS_MAX);
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert(parse_verdict(full, false, &object, &err), "%s", err.message);
    cr_assert_eq(object.item_count, 100000);
    cr_assert_float_eq(object.items[99999].value, 99999, 0);
    pod_auto_free char *over = verdict_with_items(VERDICT_ITEMS_MAX + 1);
    verdict_object_auto struct verdict_object none = VERDICT_OBJECT_INIT;
    cr_assert_not(parse_verdict(over, false, &none, &err));
    cr_assert_str_eq(err.message, V ".items: expected 0 to 100000 items, found 100001");
}

static void make_result(struct case_result *result)
{
    struct pod_error err = POD_ERROR_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    cr_assert(parse_verdict(verdict_text, false, &object, &err), "%s", err.message);
    result->task = pod_strdup("tile");
    result->case_id = pod_strdup("tile-sim");
    result->repeat = 2;
    memcpy(result->key.hex, HEX, sizeof HEX);
    result->verdict = VERDICT_OK;
    result->message = pod_strdup("replaced");
    result->wall_ns = 9007199254740992;
    result->cpu_ns = 123456789012345;
    result->memory_bytes = 4294967297;
    result->exit_code = 255;
    result->signal = 9;
    result->refused_call = pod_strdup("socket");
    result->is_idle = true;
    pod_names_add(&result->notes, "memory by RLIMIT_DATA");
    case_result_take_object(result, &object);
    cr_assert_null(object.items);
}

static char *printed(const struct case_result *result)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_json json_t *json = case_result_to_json(result, &err);
    cr_assert_not_null(json, "%s", err.message);
    return pod_json_print(json);
}

/* Written by hand from the values of make_result; 17 digits of 0.1, -10/3, 0.7 and 0.1 +
 * 0.2 by python3 -c "print('%.17g' % (0.1 + 0.2))". */
static const char result_text[] = "{\n"
                                  "  \"schema\": \"podium.result/1\",\n"
                                  "  \"task\": \"tile\",\n"
                                  "  \"case\": \"tile-sim\",\n"
                                  "  \"repeat\": 2,\n"
                                  "  \"key\": \"" HEX "\",\n"
                                  "  \"verdict\": \"OK\",\n"
                                  "  \"message\": \"fine\",\n"
                                  "  \"raw\": 0.10000000000000001,\n"
                                  "  \"unit\": \"mean of 2 - chosen/best\",\n"
                                  "  \"score\": -3.3333333333333335,\n"
                                  "  \"wall_ns\": 9007199254740992,\n"
                                  "  \"cpu_ns\": 123456789012345,\n"
                                  "  \"memory_bytes\": 4294967297,\n"
                                  "  \"exit_code\": 255,\n"
                                  "  \"signal\": 9,\n"
                                  "  \"refused_call\": \"socket\",\n"
                                  "  \"idle\": true,\n"
                                  "  \"notes\": [\n"
                                  "    \"memory by RLIMIT_DATA\"\n"
                                  "  ],\n"
                                  "  \"metrics\": {\n"
                                  "    \"best_of_1\": 0.69999999999999996,\n"
                                  "    \"graphs\": 3\n"
                                  "  },\n"
                                  "  \"items\": [\n"
                                  "    {\n"
                                  "      \"id\": \"tile:sim:ab\",\n"
                                  "      \"value\": 0.30000000000000004,\n"
                                  "      \"group\": \"tile:sim\"\n"
                                  "    },\n"
                                  "    {\n"
                                  "      \"id\": \"x\",\n"
                                  "      \"value\": -2.0\n"
                                  "    }\n"
                                  "  ]\n"
                                  "}\n";

static bool parse_result(const char *text, struct case_result *out, struct pod_error *err)
{
    pod_auto_json json_t *root =
        pod_json_parse(text, strlen(text), "result", POD_HOST, err);
    return root && case_result_parse(root, "result", out, err);
}

Test(result, a_result_comes_back_exactly)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    make_result(&result);
    pod_auto_free char *text = printed(&result);
    cr_assert_str_eq(text, result_text);
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result back = CASE_RESULT_INIT;
    cr_assert(parse_result(text, &back, &err), "%s", err.message);
    cr_assert_float_eq(back.raw, 0.1, 0);
    cr_assert_float_eq(back.score, -10.0 / 3, 0);
    cr_assert_eq(back.wall_ns, 9007199254740992);
    cr_assert_str_eq(back.refused_call, "socket");
    cr_assert_str_eq(back.key.hex, HEX);
    cr_assert(back.is_idle);
    pod_auto_free char *again = printed(&back);
    cr_assert_str_eq(again, text);
}

/* Any double survives; the bits are compared. */
Test(result, random_doubles_come_back_bit_by_bit)
{
    unsigned short state[3] = {11, 17, 23};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    make_result(&result);
    for (int i = 0; i < 5000; i++) {
        result.raw = ldexp(erand48(state) - 0.5, i % 2040 - 1020);
        result.score = erand48(state) * 1e308;
        result.items[0].value = ldexp(erand48(state), -1060);
        pod_auto_free char *text = printed(&result);
        struct pod_error err = POD_ERROR_INIT;
        case_result_auto struct case_result back = CASE_RESULT_INIT;
        cr_assert(parse_result(text, &back, &err), "%s", err.message);
        cr_assert_eq(memcmp(&back.raw, &result.raw, sizeof back.raw), 0, "%a", result.raw);
        cr_assert_eq(memcmp(&back.score, &result.score, sizeof back.score), 0);
        cr_assert_eq(memcmp(&back.items[0].value, &result.items[0].value, 8), 0);
    }
}

/* The items are printed by hand: jansson must read from them what it would have printed. */
Test(result, the_items_printed_alone_are_those_of_the_whole)
{
    static const double values[] = {
        0, -0.0, 1, -2, 0.1 + 0.2, 1e300, 1e-310, 4503599627370497.5, 1e21, 123456789};
    static const char *const ids[] = {"tile:sim:ab", "",         "quote\"", "back\\slash",
                                      "tab\t",       "\xc3\xa4", "\xff",    "\x7f",
                                      "/",           "a b"};
    enum { COUNT = sizeof values / sizeof *values };
    struct pod_error err = POD_ERROR_INIT;
    struct verdict_item items[COUNT];
    char group[] = "g\"";
    for (size_t i = 0; i < COUNT; i++)
        items[i] =
            (struct verdict_item){pod_strdup(ids[i]), i % 2 ? group : NULL, values[i]};
    char task[] = "tile", case_id[] = "tile-sim";
    struct case_result result = {.task = task,
                                 .case_id = case_id,
                                 .key = {HEX},
                                 .verdict = VERDICT_WA,
                                 .items = items,
                                 .item_count = COUNT};
    pod_auto_free char *list = NULL;
    pod_auto_free char *summary = case_result_print(&result, &list, &err);
    cr_assert_not_null(summary, "%s", err.message);
    pod_auto_json json_t *parsed = json_loads(list, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(parsed, "%s", list);
    cr_assert_eq(json_array_size(parsed), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        json_t *item = json_array_get(parsed, i);
        double value = json_real_value(json_object_get(item, "value"));
        pod_auto_buf struct pod_buf escaped = POD_BUF_INIT;
        pod_buf_escaped(&escaped, ids[i], strlen(ids[i]));
        const char *id = json_string_value(json_object_get(item, "id"));
        cr_assert(memcmp(&value, &values[i], sizeof value) == 0, "%zu", i);
        cr_assert(strcmp(id, ids[i]) == 0 || strcmp(id, escaped.data) == 0, "%zu: %s", i,
                  id);
        cr_assert_eq(json_object_get(item, "group") != NULL, i % 2);
        free(items[i].id);
    }
    cr_assert_null(strstr(summary, "items"));
}

Test(result, a_run_that_ended_early_has_no_score)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup("tile");
    result.case_id = pod_strdup("tile-sim");
    memcpy(result.key.hex, HEX, sizeof HEX);
    result.verdict = VERDICT_RTE;
    result.message = pod_strdup("log: \xff\x1b");
    pod_auto_free char *text = printed(&result);
    cr_assert_null(strstr(text, "raw"));
    cr_assert_not_null(strstr(text, "\"log: \\\\xff\\\\x1b\""), "%s", text);
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result back = CASE_RESULT_INIT;
    cr_assert(parse_result(text, &back, &err), "%s", err.message);
    cr_assert_eq(back.verdict, VERDICT_RTE);
    cr_assert_not(back.has_raw || back.has_score);
    cr_assert_null(back.unit);
    cr_assert_null(back.items);
}

#define R "result: "

static const struct fixture_case results[] = {
    {"metrics", NULL, NULL},
    {"items", NULL, NULL},
    {"message", NULL, NULL},
    {"schema", NULL, R ".schema: missing, expected \"podium.result/1\""},
    {"task", "\"\"", R ".task: expected 1 to 256 bytes, found 0"},
    {"repeat", "-1", R ".repeat: expected 0 to 1000000, found -1"},
    {"key", "\"" HEX "0\"", R ".key: expected 64 to 64 bytes, found 65"},
    {"key", "\"X0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
     R
     ".key: \"X0112233445566778899aabbccddeeff00112233445566778899aabbccdd...\" is not 64 "
     "lower-case hex digits"},
    {"verdict", "\"AC\"", R ".verdict: \"AC\" is none"},
    {"raw", NULL, R ".unit: must stand beside raw and only there"},
    {"unit", NULL, R ".unit: must stand beside raw and only there"},
    {"score", NULL, R ".verdict: OK needs raw and score"},
    {"wall_ns", "9007199254740994",
     R ".wall_ns: expected 0 to 9007199254740992, found 9007199254740994"},
    {"cpu_ns", "1.0", R ".cpu_ns: expected an integer, found a real number"},
    {"exit_code", "256", R ".exit_code: expected 0 to 255, found 256"},
    {"signal", "65", R ".signal: expected 0 to 64, found 65"},
    {"idle", "0", R ".idle: expected true or false, found a number"},
    {"notes", NULL, R ".notes: missing"},
    {"metrics.x", "\"1\"", R ".metrics.x: expected a number, found a string"},
    {"items.0.value", NULL, R ".items[0].value: missing"},
};

Test(result, a_damaged_record_is_named_and_is_the_hosts_fault)
{
    for (size_t i = 0; i < COUNT(results); i++) {
        const struct fixture_case *row = &results[i];
        pod_auto_free char *text = fixture_patch(result_text, row->path, row->value);
        struct pod_error err = POD_ERROR_INIT;
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        bool is_parsed = parse_result(text, &result, &err);
        cr_expect_eq(is_parsed, row->message == NULL, "%s: %s", row->path, err.message);
        if (!row->message || is_parsed)
            continue;
        cr_expect_eq(err.fault, POD_HOST, "%s", row->message);
        cr_expect_str_eq(err.message, row->message);
    }
}

Test(result, the_times_of_repeated_runs_come_back)
{
    struct timing_sample samples[] = {{7, 20, 10}, {8, 24, 12}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    make_result(&result);
    struct timing timing = {
        .samples = samples, .count = COUNT(samples), .warmup = 1, .level_ns = 10};
    timing_summarise(&timing);
    result.timing = timing;
    pod_auto_free char *text = printed(&result);
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result back = CASE_RESULT_INIT;
    cr_assert(parse_result(text, &back, &err), "%s", err.message);
    result.timing = (struct timing)TIMING_INIT; /* not on the heap */
    cr_assert_eq(back.timing.count, 2);
    cr_assert_eq(back.timing.median_ns, 22);
    cr_assert_float_eq(back.timing.ratio, 2, 1e-12);
    case_result_auto struct case_result other = CASE_RESULT_INIT;
    pod_auto_free char *damaged = fixture_patch(text, "timing.median_ns", "23");
    cr_assert_not(parse_result(damaged, &other, &err));
    cr_assert_str_eq(err.message, R ".timing: does not follow from its samples");
}

/* A text of size letters in place of the old one. */
static void replace_text(char **text, size_t size)
{
    free(*text);
    *text = pod_alloc(size + 1, 1);
    memset(*text, 'x', size);
}

static void spoil_number(struct case_result *result, int how)
{
    double *const numbers[] = {&result->raw, &result->score, &result->items[1].value};
    if (how < 3)
        *numbers[how] = how == 1 ? INFINITY : NAN;
    else if (how == 3)
        result->wall_ns = -1;
    else
        result->has_score = false;
}

static void spoil_text(struct case_result *result, int how)
{
    char **const texts[] = {&result->task, &result->case_id, &result->items[0].id,
                            &result->items[1].group};
    if (how < 4)
        replace_text(texts[how], how == 1 ? 0 : 257);
    else if (how == 4)
        free(pod_steal(&result->task));
    else
        result->key.hex[0] = 'X';
}

static void spoil_list(struct case_result *result, int how)
{
    for (int i = 0; how == 0 && i < 64; i++)
        pod_names_add(&result->notes, "beside the one that is there");
    for (int i = 0; how == 1 && i < 999; i++) {
        pod_auto_free char *key = pod_strf("beside the two %d", i);
        json_object_set_new(result->metrics, key, json_integer(i));
    }
    if (how == 2)
        json_object_set_new(result->metrics, "a\nb", json_integer(1));
}

static void spoil_items(struct case_result *result, int count)
{
    result->items = pod_grow(result->items, (size_t)count, sizeof *result->items);
    for (; result->item_count < (size_t)count; result->item_count++)
        result->items[result->item_count] =
            (struct verdict_item){.id = pod_strdup("x"), .value = 1};
}

/* Whatever reading refuses, see the table above, must not be written. */
static const struct {
    void (*spoil)(struct case_result *result, int how);
    int how;
    const char *message;
} unwritable[] = {
    {spoil_number, 0, R "raw or score is not finite"},
    {spoil_number, 1, R "raw or score is not finite"},
    {spoil_number, 2, R ".items[1].value: is not finite"},
    {spoil_number, 3, R ".wall_ns: expected 0 to 9007199254740992, found -1"},
    {spoil_number, 4, R ".verdict: OK needs raw and score"},
    {spoil_text, 0, R ".task: expected 1 to 256 bytes, found 257"},
    {spoil_text, 1, R ".case: expected 1 to 256 bytes, found 0"},
    {spoil_text, 2, R ".items[0].id: expected 1 to 256 bytes, found 257"},
    {spoil_text, 3, R ".items[1].group: expected 1 to 256 bytes, found 257"},
    {spoil_text, 4, R ".task: missing"},
    {spoil_text, 5,
     R
     ".key: \"X0112233445566778899aabbccddeeff00112233445566778899aabbccdd...\" is not 64 "
     "lower-case hex digits"},
    {spoil_list, 0, R ".notes: expected 0 to 64 items, found 65"},
    {spoil_list, 1, R ".metrics: expected 0 to 1000 keys, found 1001"},
    {spoil_list, 2, R ".metrics: \"a\\x0ab\" holds a control character"},
    {spoil_items, VERDICT_ITEMS_MAX + 1,
     R ".items: expected 0 to 100000 items, found 100001"},
};

Test(result, what_could_not_be_read_back_is_not_written_and_a_bug)
{
    for (size_t i = 0; i < COUNT(unwritable); i++) {
        struct pod_error err = POD_ERROR_INIT;
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        make_result(&result);
        unwritable[i].spoil(&result, unwritable[i].how);
        pod_auto_json json_t *json = case_result_to_json(&result, &err);
        cr_expect_null(json, "row %zu", i);
        cr_expect_eq(err.fault, POD_BUG);
        cr_expect_str_eq(err.message, unwritable[i].message);
    }
}
