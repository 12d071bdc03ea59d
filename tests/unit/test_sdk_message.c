/* Messages as bytes: expected ones are written by hand from the description in channel.h.
 */
#include "sdk/channel_end.h"
#include "sdk/latency.h"
#include "sdk/message.h"
#include "sdk/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sdk_message, .timeout = 60);

struct mixed {
    uint32_t small, other;
    uint64_t large;
    int64_t whole;
    double real;
};

static const struct task_field mixed_fields[] = {
    TASK_FIELD(struct mixed, small, TASK_U32), TASK_FIELD(struct mixed, other, TASK_U32),
    TASK_FIELD(struct mixed, large, TASK_U64), TASK_FIELD(struct mixed, whole, TASK_I64),
    TASK_FIELD(struct mixed, real, TASK_F64)};
static const struct task_message LIST =
    TASK_MESSAGE("LIST", 0x1234, true, 3, struct mixed, mixed_fields);
static const struct task_message ONE =
    TASK_MESSAGE("ONE", 17, true, 1, struct mixed, mixed_fields);
static const struct task_message BARE = {.name = "BARE", .type = 18, .is_answer = true};
static const struct task_message *const all[] = {&LIST, &ONE, &BARE, NULL};

static const struct mixed extremes[] = {
    {0, UINT32_MAX, UINT64_MAX, INT64_MIN, -0.1},
    {7, 8, 9, INT64_MAX, 1.7976931348623157e308},
};

static struct task_buf put(const struct task_message *message, size_t count, bool is_text)
{
    struct task_buf out = TASK_BUF_INIT;
    task_message_put(message, extremes, count, is_text, &out);
    return out;
}

static enum task_taken take(struct task_taking *taking, bool is_text, const char *bytes,
                            size_t length, struct task_buf *records)
{
    *taking = (struct task_taking){.messages = all, .is_text = is_text};
    return task_message_take(taking, bytes, length, records);
}

Test(sdk_message, a_frame_is_a_header_of_eight_bytes_and_the_records)
{
    task_auto_buf struct task_buf out = put(&LIST, 1, false);
    cr_assert_eq(out.length, 8 + 32);
    cr_expect_eq(memcmp(out.data, "\x20\0\0\0\x34\x12\x01\0\0\0\0\0\xff\xff\xff\xff", 16),
                 0);
    cr_expect_eq(memcmp(out.data + 8, extremes, 32), 0);
}

Test(sdk_message, a_line_says_name_and_count_and_all_fields)
{
    task_auto_buf struct task_buf out = put(&LIST, 2, true);
    cr_expect_str_eq(
        out.data,
        "LIST 2 0 4294967295 18446744073709551615 -9223372036854775808 "
        "-0.10000000000000001 7 8 9 9223372036854775807 1.7976931348623157e+308\n");
    task_auto_buf struct task_buf one = put(&ONE, 1, true);
    cr_expect_str_eq(one.data, "ONE 0 4294967295 18446744073709551615 "
                               "-9223372036854775808 -0.10000000000000001\n");
    task_auto_buf struct task_buf bare = put(&BARE, 0, true);
    cr_expect_str_eq(bare.data, "BARE\n");
    task_auto_buf struct task_buf none = put(&LIST, 0, true);
    cr_expect_str_eq(none.data, "LIST 0\n");
}

Test(sdk_message, what_was_put_is_taken_back_and_each_beginning_is_partial)
{
    for (int is_text = 0; is_text < 2; is_text++)
        for (size_t count = 0; count <= 2; count++) {
            task_auto_buf struct task_buf out = put(&LIST, count, is_text);
            task_auto_buf struct task_buf records = TASK_BUF_INIT;
            struct task_taking taking;
            cr_assert_leq(out.length, task_message_bytes_max(&LIST, is_text));
            for (size_t part = 0; part < out.length; part++) {
                char *bytes = malloc(part + 1); /* its own, so that ASan sees the end */
                memcpy(bytes, out.data, part);
                cr_assert_eq(take(&taking, is_text, bytes, part, &records), TASK_PARTIAL);
                free(bytes);
            }
            cr_assert_eq(take(&taking, is_text, out.data, out.length, &records), TASK_TAKEN,
                         "%s", taking.why);
            cr_expect(taking.message == &LIST && taking.count == count);
            cr_expect_eq(taking.used, out.length);
            cr_expect_eq(memcmp(records.data, extremes, count * sizeof extremes[0]), 0);
        }
}

static void expect_wrong(bool is_text, const char *bytes, size_t length, const char *why)
{
    task_auto_buf struct task_buf records = TASK_BUF_INIT;
    struct task_taking taking;
    cr_expect_eq(take(&taking, is_text, bytes, length, &records), TASK_WRONG, "%s", bytes);
    cr_expect_str_eq(taking.why, why);
}

Test(sdk_message, a_wrong_frame_is_told_what_is_wrong)
{
    char nan_frame[8 + 32] = "\x20\0\0\0\x11\0\x01";
    double nan_value = NAN;
    memcpy(nan_frame + 8 + 24, &nan_value, 8);
    static const struct {
        const char *bytes, *why;
    } rows[] = {
        {"\0\0\0\0\x63\0\0", "a message of type 99, which is none to answer by"},
        {"\x80\0\0\0\x34\x12\x04", "LIST: 4 records, where at most 3 can be"},
        {"\0\0\0\0\x11\0\0", "ONE: 0 records, where 1 can be"},
        {"\x40\0\0\0\x11\0\x02", "ONE: 2 records, where 1 can be"},
        {"\0\0\0\0\x12\0\x01", "BARE: 1 records, where 0 can be"},
        {"\x1f\0\0\0\x11\0\x01", "ONE: a body of 31 bytes, where 1 records have 32"},
        {"\xff\xff\xff\xff\x34\x12\x01",
         "LIST: a body of 4294967295 bytes, where 1 records have 32"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_wrong(false, rows[i].bytes, 8, rows[i].why);
    expect_wrong(false, nan_frame, sizeof nan_frame,
                 "ONE: field real of record 0 is not finite");
}

Test(sdk_message, a_wrong_line_is_told_what_is_wrong)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        {"\n", "no message to answer by: \"\""},
        {"one 1 2 3 4 5\n", "no message to answer by: \"one\""},
        {"\x1b[2J\xff\n", "no message to answer by: \"\\x1b[2J\\xff\""},
        {"BARE 1\n", "more words than fields: \"1\""},
        {"LIST\n", "LIST: needs the number of records first, 3 at most"},
        {"LIST 4\n", "LIST: needs the number of records first, 3 at most"},
        {"LIST 99999999999999999999\n",
         "LIST: needs the number of records first, 3 at most"},
        {"LIST -1\n", "LIST: needs the number of records first, 3 at most"},
        {"LIST 1 1 2 3 4\n", "LIST: field real of record 0 is missing"},
        {"LIST 2 1 2 3 4 5 1 2\n", "LIST: field large of record 1 is missing"},
        {"ONE 4294967296 2 3 4 5\n", "small: \"4294967296\""},
        {"ONE -1 2 3 4 5\n", "small: \"-1\""},
        {"ONE 0x1 2 3 4 5\n", "small: \"0x1\""},
        {"ONE 1.0 2 3 4 5\n", "small: \"1.0\""},
        {"ONE 1 2 18446744073709551616 4 5\n", "large: \"18446744073709551616\""},
        {"ONE 1 2 3 9223372036854775808 5\n", "whole: \"9223372036854775808\""},
        {"ONE 1 2 3 -9223372036854775809 5\n", "whole: \"-9223372036854775809\""},
        {"ONE 1 2 3 - 5\n", "whole: \"-\""},
        {"ONE 1 2 3 4 nan\n", "real: \"nan\""},
        {"ONE 1 2 3 4 1e999\n", "real: \"1e999\""},
        {"ONE 1 2 3 4 infinity\n", "real: \"infinity\""},
        {"ONE 1 2 3 4 0x1p3\n", "real: \"0x1p3\""},
        {"ONE 1 2 3 4 5 6\n", "more words than fields: \"6\""},
        {"ONE 1 2 3 4 5\r\n", "real: \"5\\x0d\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_wrong(true, rows[i].line, strlen(rows[i].line), rows[i].why);
}

/* Half a frame or line of noise, half a good one with bytes changed. */
static size_t draw(struct task_rng *rng, bool is_text, char *bytes, size_t size)
{
    size_t length = task_rng_below(rng, size);
    if (task_rng_chance(rng, .5)) {
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)task_rng_next(rng);
        return length;
    }
    task_auto_buf struct task_buf good = put(&LIST, task_rng_below(rng, 3), is_text);
    length = good.length < size ? good.length : size;
    memcpy(bytes, good.data, length);
    for (uint64_t n = task_rng_below(rng, 4); n > 0; n--)
        bytes[task_rng_below(rng, length)] = (char)task_rng_next(rng);
    return length;
}

Test(sdk_message, whatever_the_bytes_what_is_taken_keeps_its_bounds)
{
    struct task_rng rng;
    const struct task_stream stream = {"00", "message", "1", "test", "noise", 0};
    task_rng_init(&rng, &stream);
    size_t taken = 0;
    for (int i = 0; i < 40000; i++) {
        char bytes[160];
        bool is_text = i % 2;
        size_t length = draw(&rng, is_text, bytes, sizeof bytes);
        char *own = malloc(length + 1);
        memcpy(own, bytes, length);
        task_auto_buf struct task_buf records = TASK_BUF_INIT;
        struct task_taking taking;
        if (take(&taking, is_text, own, length, &records) == TASK_TAKEN) {
            taken++;
            cr_assert_leq(taking.used, length);
            cr_assert_leq(taking.count, taking.message->max);
            cr_assert_eq(records.length, taking.count * taking.message->size);
        }
        free(own);
    }
    cr_expect_gt(taken, 1000); /* most changes hit a number and leave it one */
}

Test(sdk_message, quantiles_of_durations_are_at_most_a_thirtysecond_too_high)
{
    static struct task_latency latency;
    struct task_rng rng;
    const struct task_stream stream = {"00", "latency", "1", "test", "draw", 0};
    enum { N = 20001 };
    static uint64_t all_ns[N];
    task_rng_init(&rng, &stream);
    for (size_t i = 0; i < N; i++) { /* all sizes from 1 ns to 18 s, equal ones last */
        all_ns[i] = (uint64_t)1 << task_rng_below(&rng, 34);
        all_ns[i] += task_rng_below(&rng, all_ns[i]);
        task_latency_add(&latency, all_ns[i]);
    }
    for (size_t i = 1; i < N; i++) /* insertion sort: short to read, and fast enough */
        for (size_t k = i; k > 0 && all_ns[k - 1] > all_ns[k]; k--) {
            uint64_t swap = all_ns[k];
            all_ns[k] = all_ns[k - 1];
            all_ns[k - 1] = swap;
        }
    static const double parts[] = {.01, .25, .5, .9, .99, 1};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t rank = (size_t)ceil(parts[i] * N) - 1;
        uint64_t told = task_latency_quantile_ns(&latency, parts[i]);
        cr_expect(told >= all_ns[rank] &&
                      (double)told <= (double)all_ns[rank] * (1 + 1. / 32),
                  "%g: %llu for %llu", parts[i], (unsigned long long)told,
                  (unsigned long long)all_ns[rank]);
    }
    cr_expect_eq(task_latency_quantile_ns(&latency, 1), latency.max_ns);
    static struct task_latency none;
    cr_expect_eq(task_latency_quantile_ns(&none, .5), 0);
}

/* Tables: what a task can get wrong about its own messages. */

static void expect_refused(const struct task_message *message, const char *why)
{
    const struct task_message *const own[] = {&ONE, message, NULL};
    const struct task_channel_setup setup = {.messages = own};
    struct task_error err = TASK_ERROR_INIT;
    cr_expect_null(task_channel_new(&setup, &err));
    cr_expect_eq(err.fault, TASK_PACKAGE);
    cr_expect_str_eq(err.message, why);
}

struct holey {
    uint32_t a;
    uint64_t b;
};

Test(sdk_message, a_table_that_is_no_struct_is_refused)
{
    static const struct task_field holes[] = {TASK_FIELD(struct holey, a, TASK_U32),
                                              TASK_FIELD(struct holey, b, TASK_U64)};
    static const struct task_message bad =
        TASK_MESSAGE("BAD", 30, false, 1, struct holey, holes);
    static const struct task_message low =
        TASK_MESSAGE("LOW", 4, false, 1, struct mixed, mixed_fields);
    static const struct task_message twin =
        TASK_MESSAGE("TWIN", 17, false, 1, struct mixed, mixed_fields);
    static const struct task_message last =
        TASK_MESSAGE("END", 31, false, 1, struct mixed, mixed_fields);
    expect_refused(&last, "message END has a reserved name or type");
    expect_refused(&bad, "message BAD: fields are not the whole struct in order");
    expect_refused(&low, "message LOW has type 4, reserved");
    expect_refused(&twin, "message TWIN is there twice");
}
