/* Traces of services as cases of llmserve. */
#include "llmserve_fixture.h"

#include "llmserve/import.h"
#include "llmserve/package.h"
#include "llmserve/trace.h"
#include "llmserve/workload.h"

#include "sdk/buf.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(llmserve_import, .timeout = 60);

static const struct task_program program = {.id = "llmserve", .version = "1"};

/* date -u -d '2023-11-16 18:17:03' +%s is 1700158623, of 2024-02-29 12:00:00 1709208000. */
Test(llmserve_import, time_stamps_are_seconds_since_1970)
{
    static const struct {
        const char *text;
        uint64_t us; /* 0: refused */
    } rows[] = {
        {"2023-11-16 18:17:03.9799600", 1700158623979960},
        {"2024-02-29 12:00:00", 1709208000000000},
        {"2024-05-10 00:00:00.009930+00:00", 1715299200009930},
        {"1970-01-01 00:00:00.000001Z", 1},
        {"2023-11-16 18:17", 0},
        {"2023-11-16T18:17:03", 0},
        {"2023-13-16 18:17:03", 0},
        {"2023-11-16 18:17:03+01:00", 0},
        {"2023-11-16 24:00:00", 0},
        {"2023-11-16 18:17:03.", 0},
        {"2023-11-16 18:17:03.1.2", 0},
        {"2023-11-16 18:17:03.00000000000000000000000000000000000000000000", 0},
        {"1969-11-16 18:17:03", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t us = 0;
        cr_expect_eq(trace_timestamp(rows[i].text, &us), rows[i].us > 0, "%s",
                     rows[i].text);
        cr_expect_eq(us, rows[i].us, "%s: %llu", rows[i].text, (unsigned long long)us);
    }
}

static void expect_trace(const char *format, const char *text,
                         const struct trace_request *rows, size_t count)
{
    char *folder = scratch();
    task_auto_free char *path = put(folder, "trace", text);
    struct task_error err = TASK_ERROR_INIT;
    trace_auto struct trace trace = {0};
    cr_assert(trace_load(format, path, &trace, &err), "%s", err.message);
    cr_assert_eq(trace.count, count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(trace.requests[i].time_us, rows[i].time_us);
        cr_expect_eq(trace.requests[i].app, rows[i].app);
        cr_expect_eq(trace.requests[i].prompt, rows[i].prompt);
        cr_expect_eq(trace.requests[i].output, rows[i].output);
    }
    remove_tree(folder);
}

/* Rows as each source publishes them, with its quirks: fractions of seven digits, CRLF, a
 * zone, spaces in names, failed requests with no answer, and times out of order. */
Test(llmserve_import, each_format_is_read)
{
    static const struct trace_request azure[] = {{1700158623979960, 0, 4808, 10},
                                                 {1700158624031960, 0, 3180, 8}};
    expect_trace("azure",
                 "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                 "2023-11-16 18:17:03.9799600,4808,10\r\n"
                 "2023-11-16 18:17:04.0319600,3180,8\r\n",
                 azure, 2);
    static const struct trace_request burst[] = {
        {5000000, 0, 472, 18}, {45250000, 1, 1087, 230}, {118000000, 0, 417, 276}};
    expect_trace("burstgpt",
                 "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
                 "5,ChatGPT,472,18,490,Conversation log\n"
                 "45.25,GPT-4,1087,230,1317,API log\n"
                 "50,ChatGPT,417,0,417,Conversation log\n"
                 "118,ChatGPT,417,276,693,Conversation log\n",
                 burst, 3);
    static const struct trace_request vidur[] = {{0, 0, 374, 44}, {1500000, 0, 20, 5}};
    expect_trace("vidur",
                 ",arrived_at,num_prefill_tokens,num_decode_tokens\n"
                 "1,1.5,20,5\n0,0.0,374,44\n",
                 vidur, 2);
    static const struct trace_request mooncake[] = {{0, 0, 6758, 500},
                                                    {27000, 0, 7322, 490}};
    expect_trace("mooncake",
                 "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, "
                 "\"hash_ids\": [0, 1, 2]}\n"
                 "{\"timestamp\": 27, \"input_length\": 7322, \"output_length\": 490, "
                 "\"hash_ids\": [0]}\n",
                 mooncake, 2);
}

Test(llmserve_import, what_is_no_trace_is_refused_with_its_place)
{
    static const struct {
        const char *format, *text, *message;
    } rows[] = {
        {"azure", "", "is empty"},
        {"azure", "TIMESTAMP,ContextTokens\n", "has no column \"GeneratedTokens\""},
        {"azure", "TIMESTAMP,ContextTokens,GeneratedTokens\nnow,1,1\n",
         ":2: \"now\" is no time"},
        {"vidur", "arrived_at,num_prefill_tokens,num_decode_tokens\n1,1e3,1\n",
         ":2: \"1e3\" is not a whole number"},
        {"vidur", "arrived_at,num_prefill_tokens,num_decode_tokens\n1,1,1\n1,1\n",
         ":3: 2 fields, where the first line has 3"},
        {"mooncake", "{\"timestamp\": 0}\n", ":1: not an object with timestamp"},
        {"mooncake", "\n[1]\n", ":2: not an object with timestamp"},
        {"sharegpt", "", "is not azure, burstgpt, mooncake or vidur"},
    };
    char *folder = scratch();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        task_auto_free char *path = put(folder, "trace", rows[i].text);
        struct task_error err = TASK_ERROR_INIT;
        trace_auto struct trace trace = {0};
        cr_expect_not(trace_load(rows[i].format, path, &trace, &err));
        cr_expect_not_null(strstr(err.message, rows[i].message), "%s", err.message);
    }
    remove_tree(folder);
}

/* 600 requests, ten at once every 30 s, make five runs of 120, one after the other in the
 * trace, and stretched so that the work is the load. */
Test(llmserve_import, an_import_cuts_disjoint_runs_and_stretches_them_to_their_load)
{
    char *folder = scratch();
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_buf_printf(&text, "arrived_at,num_prefill_tokens,num_decode_tokens\n");
    for (int i = 0; i < 600; i++)
        task_buf_printf(&text, "%d.5,%d,%d\n", i / 10 * 30, 1000 + i, 20000 - i);
    task_auto_free char *path = put(folder, "trace", text.data);
    const struct task_import import = {&program, "vidur", path, folder, "valid"};
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(import_trace(&import, &err), "%s", err.message);
    package_auto struct package p = {.name = ""};
    task_auto_free char *place = task_strf("%s/vidur-70b-h100x4", folder);
    cr_assert(package_load(place, &p, &err), "%s", err.message);
    for (size_t k = 0; k < RUNS; k++) {
        const struct run *run = &p.runs[k];
        double span = (double)run->requests[119].arrival_us / 1e6;
        cr_assert_eq(run->count, 120);
        cr_expect_eq(run->requests[0].prompt, 1000 + 120 * k);
        cr_expect_eq(run->requests[0].output, 1500); /* clipped */
        cr_expect_eq(run->requests[0].arrival_us, 0);
        cr_expect_eq(run->requests[0].kind, REQUEST_CHAT);
        cr_expect_float_eq(workload_seconds(&p.engine.spec, run) / span, workload_loads[k],
                           1e-6);
        /* Equal distances stay equal: the seventh ten of twelve. */
        cr_expect_float_eq((double)run->requests[60].arrival_us, span * 1e6 * 6 / 11, 1);
    }
    remove_tree(folder);
}

/* The hour of code completion that Azure published, where a copy is at hand. */
static const char *azures_code(void)
{
    const char *path = getenv("PODIUM_AZURE_CODE");
    return path ? path
                : PODIUM_SOURCE_DIR
               "/../shared/data/llmserve/AzureLLMInferenceTrace_code.csv";
}

Test(llmserve_import, azures_own_file_is_read_whole)
{
    const char *path = azures_code();
    if (access(path, R_OK) != 0)
        cr_skip("no copy of the trace here");
    struct task_error err = TASK_ERROR_INIT;
    trace_auto struct trace trace = {0};
    cr_assert(trace_load("azure", path, &trace, &err), "%s", err.message);
    cr_expect_eq(trace.count + trace.left_out, 8819);
    double sum = 0;
    for (size_t i = 0; i < trace.count; i++)
        sum += log(trace.requests[i].prompt);
    cr_expect_float_eq(sum / (double)trace.count, 7.0, .02);
}
