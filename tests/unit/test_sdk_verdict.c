/* The verdict object's bytes: those that jansson prints of the same values. */
#include "sdk/rng.h"
#include "sdk/verdict.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sdk_verdict, .timeout = 20);

static char *print(const struct task_verdict *verdict)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_buf out = TASK_BUF_INIT;
    cr_assert(task_verdict_print(verdict, &out, &err), "%s", err.message);
    return out.data;
}

/* Reading and printing again changes nothing. */
static void expect_jansson(const char *printed)
{
    json_error_t where;
    json_t *value = json_loads(printed, JSON_REJECT_DUPLICATES, &where);
    cr_assert_not_null(value, "%s in %s", where.text, printed);
    char *again = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);
    size_t length = strlen(again);
    cr_expect_eq(strncmp(printed, again, length), 0, "%s not %s", printed, again);
    cr_expect_str_eq(printed + length, "\n");
    free(again);
    json_decref(value);
}

Test(sdk_verdict, has_its_keys_in_the_order_of_the_contract)
{
    struct task_item items[] = {{"a:b:1", "a:b", 1}, {"a:b:2", "a:b", -.5}};
    struct task_verdict verdict = {
        .raw = .25, .score = 1e22, .unit = "x", .items = items, .item_count = 2};
    task_verdict_metric(&verdict, "m", 1e-7);
    task_verdict_metric(&verdict, "n", 0);
    task_auto_free char *text = print(&verdict);
    cr_expect_str_eq(text, "{\"schema\":\"podium.verdict/1\",\"raw\":0.25,\"unit\":\"x\","
                           "\"score\":1e22,\"metrics\":{\"m\":9.9999999999999995e-8,"
                           "\"n\":0.0},\"items\":["
                           "{\"id\":\"a:b:1\",\"value\":1.0,\"group\":\"a:b\"},"
                           "{\"id\":\"a:b:2\",\"value\":-0.5,\"group\":\"a:b\"}],"
                           "\"message\":\"\"}\n");
    expect_jansson(text);
}

Test(sdk_verdict, a_rejection_has_its_message_only)
{
    struct task_verdict verdict = {.is_rejected = true, .raw = NAN};
    task_buf_printf(&verdict.message,
                    "\"q\" \\ / \t\n\x01 \x7f gr\xc3\xbc\xc3\x9f\xf0\x9f\x98\x80");
    task_auto_free char *text = print(&verdict);
    cr_expect_str_eq(text,
                     "{\"schema\":\"podium.verdict/1\",\"message\":\"\\\"q\\\" \\\\ / "
                     "\\t\\n\\u0001 \x7f gr\\u00FC\\u00DF\\uD83D\\uDE00\"}\n");
    expect_jansson(text);
    task_buf_release(&verdict.message);
}

Test(sdk_verdict, numbers_are_printed_as_jansson_does)
{
    struct task_rng rng;
    task_rng_init(&rng, &(struct task_stream){"", "verdict", "1", "", "numbers", 0});
    for (int i = 0; i < 5000; i++) {
        uint64_t bits = task_rng_below(&rng, UINT64_MAX);
        struct task_verdict verdict = {.unit = "x", .score = i % 2 ? -i : 1.0 / (i + 1)};
        memcpy(&verdict.raw, &bits, sizeof bits);
        if (!isfinite(verdict.raw))
            continue;
        task_auto_free char *text = print(&verdict);
        expect_jansson(text);
    }
}

Test(sdk_verdict, what_is_no_number_or_no_text_is_refused)
{
    struct task_item bad[] = {{"\xff", "g", 1}, {"a", "g", INFINITY}};
    for (size_t i = 0; i < 2; i++) {
        struct task_error err = TASK_ERROR_INIT;
        task_auto_buf struct task_buf out = TASK_BUF_INIT;
        struct task_verdict verdict = {.unit = "x", .items = &bad[i], .item_count = 1};
        cr_expect_not(task_verdict_print(&verdict, &out, &err));
        cr_expect_eq(err.fault, TASK_PACKAGE);
    }
}
