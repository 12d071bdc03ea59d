#include "llmtrain/evaluate.h"
#include "sdk/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(llmtrain_plan, .timeout = 60);

/* Twelve layers, two pods of four hosts of four chips. */
static const char instance_text[] =
    "{\"format\":\"podium-llmtrain-1\",\"name\":\"t\",\"model\":{\"layers\":12,"
    "\"hidden\":256,\"heads\":4,\"kv_heads\":4,\"ffn\":1024,\"vocab\":1000,\"seq\":128,"
    "\"gated\":false},\"batch\":16,\"grad_bytes\":2,\"chips\":[{\"name\":\"c\",\"host\":8,"
    "\"peak\":1e12,\"mem\":1e9,\"hbm\":1e11,\"emax\":0.5,\"m0\":1,\"n0\":1,\"k0\":0,"
    "\"eb\":1,\"t0\":0,\"fa\":0.5,\"ia\":0,\"ib\":1e9,\"nic\":1e9,\"na\":0,\"sys\":1}],"
    "\"pods\":[{\"region\":0,\"chip\":\"c\",\"hosts\":2},{\"region\":1,\"chip\":\"c\","
    "\"hosts\":2}],\"wan\":{\"bandwidth\":[[1e12,1e8],[1e8,1e12]],"
    "\"latency\":[[0,0.1],[0.1,0]]}}";

static const char plan_text[] =
    "{\"zero1\":true,\"groups\":[{\"count\":2,\"microbatch\":1,\"microbatches\":8,"
    "\"virtual\":2,\"stages\":[{\"pod\":0,\"tp\":4,\"layers\":8,\"recompute\":\"none\"},"
    "{\"pod\":1,\"tp\":2,\"layers\":4,\"recompute\":\"full\"}]}]}";

static struct instance instance(void)
{
    struct instance read;
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(
        instance_parse(instance_text, strlen(instance_text), &read, TASK_PACKAGE, &err),
        "%s", err.message);
    return read;
}

static bool judge(const char *bytes, size_t length, struct evaluation *evaluation,
                  struct task_error *err)
{
    const struct instance whole = instance();
    struct plan plan;
    return plan_parse(bytes, length, &plan, err) &&
           evaluate(&whole, &plan, evaluation, err);
}

/* The plan with the first `from` replaced by `to`. The caller frees. */
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    cr_assert(at, "no %s", from);
    return task_strf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

Test(llmtrain_plan, the_plan_that_the_others_are_made_of_is_fine)
{
    struct task_error err = TASK_ERROR_INIT;
    struct evaluation evaluation;
    cr_assert(judge(plan_text, strlen(plan_text), &evaluation, &err), "%s", err.message);
    cr_assert_gt(evaluation.step_s, 0);
    cr_assert_float_eq(evaluation.step_s,
                       evaluation.pipeline_s + evaluation.sync_s + evaluation.optimizer_s,
                       1e-12);
}

Test(llmtrain_plan, what_is_no_plan_is_refused_with_the_reason)
{
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        /* grammar */
        {"{\"zero1\"", "{zero1", "is no JSON: line 1"},
        {"true", "1", "\"zero1\" is neither true nor false"},
        {"\"zero1\":true", "\"zero1\":true,\"zero1\":false", "duplicate object key"},
        {"\"zero1\":true", "\"zero1\":true,\"zero2\":false", "unknown key \"zero2\""},
        {"\"zero1\":true", "\"zero1\":true,\"\\u0007\":false", "unknown key \"\\x07\""},
        {"\"zero1\":true,", "", "no key \"zero1\""},
        {"\"count\":2", "\"count\":2.0", "\"count\" is no whole number"},
        {"\"count\":2", "\"count\":2e0", "\"count\" is no whole number"},
        {"\"count\":2", "\"count\":\"2\"", "\"count\" is no whole number"},
        {"\"count\":2", "\"count\":null", "\"count\" is no whole number"},
        {"\"count\":2", "\"count\":NaN", "is no JSON"},
        {"\"count\":2", "\"count\":-Infinity", "is no JSON"},
        {"\"count\":2", "\"count\":02", "is no JSON"},
        {"\"count\":2", "\"count\":+2", "is no JSON"},
        {"\"count\":2", "\"count\":0x2", "is no JSON"},
        {"\"count\":2", "\"count\":0", "\"count\" is not from 1 to"},
        {"\"count\":2", "\"count\":-1", "\"count\" is not from 1 to"},
        {"\"count\":2", "\"count\":4294967298", "\"count\" is not from 1 to"},
        {"\"count\":2", "\"count\":9223372036854775808", "is no JSON"},
        {"\"microbatch\":1", "\"microbatch\":2147483649", "\"microbatch\" is not from"},
        {"\"groups\":[", "\"groups\":[],\"x\":[", "unknown key \"x\""},
        {"\"stages\":[", "\"stages\":[1,", "groups[0]: stages[0]: is no object"},
        {"\"none\"", "\"some\"", "\"recompute\" is none of none, selective, full"},
        {"\"none\"", "\"none\\u0000\"", "is no JSON"},
        {"]}]}", "]}]}x", "is no JSON"},
        {"]}]}", "]}]", "is no JSON"},
        /* rules of the instance */
        {"\"pod\":1", "\"pod\":2", "groups[0]: stages[1]: pod 2: there are 2"},
        {"\"tp\":4", "\"tp\":3", "tp 3 is no power of two"},
        {"\"tp\":4", "\"tp\":16", "tp 16: a host of pod 0 has 8 chips"},
        {"\"tp\":4", "\"tp\":8", "tp 8 divides not both heads 4 and hidden 256"},
        {"\"layers\":8", "\"layers\":6", "its stages have 10 layers, the model has 12"},
        {"\"layers\":8", "\"layers\":7", "7 layers are no multiple of virtual 2"},
        {"\"layers\":8", "\"layers\":0", "\"layers\" is not from 1 to"},
        {"\"microbatches\":8", "\"microbatches\":9", "needs a multiple of 2 micro-batches"},
        {"\"microbatches\":8", "\"microbatches\":6", "12 sequences of a batch of 16"},
        {"\"count\":2", "\"count\":5", "pod 0: 20 chips used of 16"},
        {"\"count\":2", "\"count\":1048576", "chips used of 16"},
        {"\"microbatches\":8", "\"microbatches\":4000000", "32000000 operations"},
        {"\"microbatch\":1", "\"microbatch\":4096", "out of memory: needs"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct task_error err = TASK_ERROR_INIT;
        struct evaluation evaluation;
        task_auto_free char *text = replaced(plan_text, rows[i].from, rows[i].to);
        cr_assert_not(judge(text, strlen(text), &evaluation, &err), "%s taken", rows[i].to);
        cr_assert_eq(err.fault, TASK_ENTRY, "%s: fault %d", rows[i].to, err.fault);
        cr_assert(strstr(err.message, rows[i].says), "%s: \"%s\" has no \"%s\"", rows[i].to,
                  err.message, rows[i].says);
    }
}

Test(llmtrain_plan, interleaving_needs_two_stages)
{
    struct task_error err = TASK_ERROR_INIT;
    struct evaluation evaluation;
    static const char one[] = "{\"zero1\":true,\"groups\":[{\"count\":2,\"microbatch\":1,"
                              "\"microbatches\":8,\"virtual\":2,\"stages\":[{\"pod\":0,"
                              "\"tp\":4,\"layers\":12,\"recompute\":\"none\"}]}]}";
    cr_assert_not(judge(one, strlen(one), &evaluation, &err));
    cr_assert(strstr(err.message, "virtual 2 needs two stages"), "%s", err.message);
}

Test(llmtrain_plan, the_batch_is_reached_exactly_or_exceeded)
{
    static const char plan[] = "{\"zero1\":true,\"groups\":[{\"count\":1,\"microbatch\":1,"
                               "\"microbatches\":16,\"virtual\":1,\"stages\":[{\"pod\":0,"
                               "\"tp\":4,\"layers\":12,\"recompute\":\"none\"}]}]}";
    static const char *const microbatches[] = {"15", "16", "17"};
    for (int i = 0; i < 3; i++) {
        struct task_error err = TASK_ERROR_INIT;
        struct evaluation evaluation;
        task_auto_free char *text = replaced(plan, "16", microbatches[i]);
        cr_assert_eq(judge(text, strlen(text), &evaluation, &err), i > 0, "%s",
                     err.message);
    }
}

/* `count` copies of text with commas between, inside of head and tail. */
static void fill(struct task_buf *out, const char *head, const char *text, int count,
                 const char *tail)
{
    task_buf_printf(out, "%s", head);
    for (int i = 0; i < count; i++)
        task_buf_printf(out, "%s%s", i ? "," : "", text);
    task_buf_printf(out, "%s", tail);
}

Test(llmtrain_plan, there_is_a_largest_number_of_groups_stages_bytes_and_levels)
{
    static const char head[] = "{\"zero1\":true,\"groups\":[";
    static const char group[] = "{\"count\":1,\"microbatch\":1,\"microbatches\":2,"
                                "\"virtual\":1,\"stages\":[{\"pod\":0,\"tp\":1,"
                                "\"layers\":12,\"recompute\":\"full\"}]}";
    static const char stage[] = "{\"pod\":0,\"tp\":1,\"layers\":1,\"recompute\":\"full\"}";
    static const char begin[] = "{\"zero1\":true,\"groups\":[{\"count\":1,\"microbatch\":1,"
                                "\"microbatches\":16,\"virtual\":1,\"stages\":[";
    const struct {
        const char *head, *item;
        int count;
        const char *tail, *says; /* NULL: it is fine */
    } rows[] = {
        {head, group, PLAN_GROUPS, "]}", NULL},
        {head, group, PLAN_GROUPS + 1, "]}", "\"groups\" is no list of 1 to 12"},
        {head, group, 0, "]}", "\"groups\" is no list of 1 to 12"},
        {begin, stage, 12, "]}]}", NULL},
        {begin, stage, PLAN_STAGES + 1, "]}]}", "\"stages\" is no list of 1 to 64"},
        {begin, "[[[[[[[[[[[[[[[[[[[[", 1, "", "nested more than 16 levels"},
        {head, "\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"", 1, "]}", "is no object"},
        {head, group, 2 * PLAN_BYTES / (int)sizeof group, "]}", "more than 262144 bytes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        task_auto_buf struct task_buf text = TASK_BUF_INIT;
        struct task_error err = TASK_ERROR_INIT;
        struct evaluation evaluation;
        fill(&text, rows[i].head, rows[i].item, rows[i].count, rows[i].tail);
        const bool is_fine = judge(text.data, text.length, &evaluation, &err);
        cr_assert_eq(is_fine, rows[i].says == NULL, "row %zu: %s", i, err.message);
        cr_assert(is_fine || strstr(err.message, rows[i].says), "row %zu: %s", i,
                  err.message);
    }
}

Test(llmtrain_plan, no_bytes_at_all_and_a_nul_byte_are_no_plan)
{
    struct task_error err = TASK_ERROR_INIT, other = TASK_ERROR_INIT;
    struct plan plan;
    cr_assert_not(plan_parse("", 0, &plan, &err));
    cr_assert_eq(err.fault, TASK_ENTRY);
    cr_assert_not(plan_parse(plan_text, sizeof plan_text, &plan, &other));
    cr_assert_eq(other.fault, TASK_ENTRY);
}

Test(llmtrain_plan, what_is_printed_reads_back_as_the_same)
{
    struct task_error err = TASK_ERROR_INIT;
    struct plan plan, again;
    task_auto_buf struct task_buf text = TASK_BUF_INIT, second = TASK_BUF_INIT;
    cr_assert(plan_parse(plan_text, strlen(plan_text), &plan, &err));
    plan_print(&plan, &text);
    cr_assert(plan_parse(text.data, text.length, &again, &err), "%s", err.message);
    cr_assert_eq(memcmp(&plan, &again, sizeof plan), 0);
    const struct instance whole = instance();
    struct instance read;
    text.length = 0;
    instance_print(&whole, &text);
    cr_assert(instance_parse(text.data, text.length, &read, TASK_PACKAGE, &err), "%s",
              err.message);
    instance_print(&read, &second);
    cr_assert_str_eq(text.data, second.data);
}

/* ---- hostile bytes ---- */

enum { MUTANTS = 30000, EDITS = 6 };

/* Changes, drops or repeats some bytes. */
static size_t mutate(struct task_rng *rng, char *bytes, size_t length)
{
    static const char alphabet[] = "{}[]\",:0123456789-+.eE\\ntrufalsNI \xff\x01";
    for (int k = (int)task_rng_below(rng, EDITS); k >= 0 && length > 1; k--) {
        const size_t at = task_rng_below(rng, length);
        const size_t run = 1 + task_rng_below(rng, 4);
        if (task_rng_chance(rng, .7)) {
            bytes[at] = alphabet[task_rng_below(rng, sizeof alphabet)]; /* or a NUL */
        } else if (at + run < length) {
            memmove(bytes + at, bytes + at + run, length - at - run);
            length -= run;
        }
    }
    return length;
}

static void check_mutant(const char *bytes, size_t length, int *accepted)
{
    struct task_error err = TASK_ERROR_INIT;
    struct evaluation evaluation;
    if (judge(bytes, length, &evaluation, &err)) {
        cr_assert(isfinite(evaluation.step_s) && evaluation.step_s > 0);
        (*accepted)++;
        return;
    }
    cr_assert_eq(err.fault, TASK_ENTRY, "%s", err.message);
    cr_assert_neq(err.message[0], '\0');
    for (const char *at = err.message; *at; at++)
        cr_assert(*at >= ' ' && *at <= '~', "byte %d in a message", *at);
}

Test(llmtrain_plan, thousands_of_mutants_are_read_or_refused_in_one_printable_line)
{
    const struct task_stream stream = {
        "00112233445566778899aabbccddeeff", "llmtrain", "1", "public", "mutants", 0};
    struct task_rng rng;
    int accepted = 0;
    task_rng_init(&rng, &stream);
    for (int i = 0; i < MUTANTS; i++) {
        /* On the heap and no byte longer, so that a sanitizer sees a read past the end. */
        char *bytes = task_alloc_raw(sizeof plan_text, 1);
        memcpy(bytes, plan_text, sizeof plan_text);
        const size_t length = mutate(&rng, bytes, sizeof plan_text - 1);
        bytes = task_grow(bytes, length, 1);
        check_mutant(bytes, length, &accepted);
        free(bytes);
    }
    cr_assert_gt(accepted, MUTANTS / 1000, "only %d mutants are plans", accepted);
    cr_assert_lt(accepted, MUTANTS / 2, "%d mutants are plans", accepted);
}

/* ---- instances ---- */

Test(llmtrain_plan, what_is_no_instance_is_refused_with_the_reason)
{
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        {"llmtrain-1", "llmtrain-2", "its format is not"},
        {"\"heads\":4", "\"heads\":5", "heads do not divide hidden"},
        {"\"kv_heads\":4", "\"kv_heads\":8", "more kv_heads than heads"},
        {"\"host\":8", "\"host\":6", "host 6 is no power of two"},
        {"\"emax\":0.5", "\"emax\":0", "\"emax\" is not from"},
        {"\"emax\":0.5", "\"emax\":1.5", "\"emax\" is not from"},
        {"\"chip\":\"c\"", "\"chip\":\"d\"", "its chip is none of chips"},
        {"\"region\":1", "\"region\":2", "region 2 of 2"},
        {"[1e8,1e12]", "[1e9,1e12]", "not the same both ways"},
        {"[1e8,1e12]", "[1e8]", "no square"},
        {",[0.1,0]", "", "no square"},
        {"0.1],[0.1", "-0.1],[-0.1", "between regions 0 and 1"},
        {"\"grad_bytes\":2,", "", "no key \"grad_bytes\""},
        {"\"name\":\"t\"", "\"name\":\"\"", "\"name\" is no text"},
        {"\"name\":\"t\"", "\"name\":\"\\u00e9\"", "\"name\" is no text"},
        {"\"name\":\"t\"", "\"name\":\"a\\\"b\"", "\"name\" is no text"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct task_error err = TASK_ERROR_INIT;
        struct instance read;
        task_auto_free char *text = replaced(instance_text, rows[i].from, rows[i].to);
        cr_assert_not(instance_parse(text, strlen(text), &read, TASK_PACKAGE, &err), "%s",
                      rows[i].to);
        cr_assert_eq(err.fault, TASK_PACKAGE);
        cr_assert(strstr(err.message, rows[i].says), "%s: \"%s\"", rows[i].to, err.message);
    }
}
