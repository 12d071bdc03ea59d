/* Steps of llmserve's environment worked out by hand on an engine whose every iteration
 * takes 2 ms, its rules, and the trivial policy. */
#include "llmserve_fixture.h"

#include "llmserve/outcome.h"
#include "llmserve/policy.h"
#include "llmserve/world.h"

#include "sdk/buf.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(llmserve, .timeout = 60);

/* A world and its run. */
struct bench {
    struct engine_spec engine;
    struct run run;
    struct world w;
};

static void bench_init(struct bench *b, const struct request *requests, size_t count)
{
    b->engine = toy;
    b->run = (struct run){1, task_alloc(count, sizeof *requests), count};
    memcpy(b->run.requests, requests, count * sizeof *requests);
    world_init(&b->w, &b->engine, &b->run);
}

static void bench_release(struct bench *b)
{
    world_release(&b->w);
    free(b->run.requests);
}

#define BENCH(b, ...)                                                                      \
    struct bench b;                                                                        \
    const struct request b##_requests[] = {__VA_ARGS__};                                   \
    bench_init(&b, b##_requests, sizeof b##_requests / sizeof b##_requests[0])

/* Words such as "prefill 0 4 1 4", "preempt 1", "except 0 2", "none": a decision. */
struct script {
    struct prefill_record prefill[16];
    struct id_record except[16], preempt[16];
    struct decision d;
};

static void script_number(struct script *s, const char *list, uint32_t number, size_t *odd)
{
    if (strcmp(list, "prefill") == 0) {
        if ((*odd)++ % 2 == 0)
            s->prefill[s->d.prefill_count].id = number;
        else
            s->prefill[s->d.prefill_count++].tokens = number;
    } else if (strcmp(list, "except") == 0) {
        s->except[s->d.except_count++].id = number;
        s->d.decode = DECODE_EXCEPT;
    } else {
        s->preempt[s->d.preempt_count++].id = number;
    }
}

static void script_read(struct script *s, const char *text)
{
    char words[200], *rest = NULL;
    const char *list = "";
    size_t odd = 0;
    *s = (struct script){.d = {.decode = DECODE_ALL}};
    s->d.prefill = s->prefill;
    s->d.except = s->except;
    s->d.preempt = s->preempt;
    cr_assert_lt(strlen(text), sizeof words);
    memcpy(words, text, strlen(text) + 1);
    for (char *word = strtok_r(words, " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        char *end = word;
        unsigned long number = strtoul(word, &end, 10);
        if (end != word)
            script_number(s, list, (uint32_t)number, &odd);
        else if (strcmp(word, "none") == 0)
            s->d.decode = DECODE_NONE;
        else
            list = word;
    }
}

static void step(struct bench *b, const char *text)
{
    struct script s;
    struct task_error err = TASK_ERROR_INIT;
    script_read(&s, text);
    cr_assert(world_apply(&b->w, &s.d, &err), "%s: %s", text, err.message);
}

static void expect_state(const struct bench *b, uint64_t now_us, uint64_t kv_used)
{
    cr_expect_eq(b->w.now_us, now_us, "now %llu", (unsigned long long)b->w.now_us);
    cr_expect_eq(b->w.kv_used, kv_used, "used %llu", (unsigned long long)b->w.kv_used);
}

/* Two requests of 4 and 3 tokens in a memory of 12. Prefill takes 5 + 5; both emit at 2 ms.
 * A decode each makes 12. The next two tokens do not fit: request 1 began to run last (they
 * finished together, and it stands later in the list) and loses its 6, request 0 emits its
 * third and last at 6 ms. Then 1 prefills 4 + 2 and emits its third at 8 ms. */
Test(llmserve, two_requests_and_one_preemption)
{
    BENCH(b, chat(0, 4, 3), chat(0, 4, 3));
    cr_expect_eq(b.w.report.arrived_to, 2);
    step(&b, "prefill 0 4 1 4");
    expect_state(&b, 2000, 10);
    step(&b, "");
    expect_state(&b, 4000, 12);
    step(&b, "");
    expect_state(&b, 6000, 0);
    cr_assert_eq(b.w.report.preempted_count, 1);
    cr_expect_eq(b.w.report.preempted[0].id, 1);
    cr_assert_eq(b.w.report.done_count, 1);
    cr_expect_eq(b.w.report.done[0].id, 0);
    cr_expect_eq(world_left(&b.w, 1), 6);
    step(&b, "prefill 1 6");
    expect_state(&b, 8000, 0);
    cr_expect(world_is_over(&b.w));
    cr_expect_eq(b.w.tokens, 6);
    cr_expect_eq(b.w.preemptions, 1);
    /* 0: two tokens in 4 ms, 2 ms each. 1: two in 6. */
    cr_expect(world_is_attained(&b.w, 0));
    cr_expect_not(world_is_attained(&b.w, 1));
    bench_release(&b);
}

/* 7 + 1 fit in 12; 5 + 1 do not; 3 + 1 fit exactly. */
Test(llmserve, what_does_not_fit_is_skipped_and_the_next_is_tried)
{
    BENCH(b, chat(0, 7, 2), chat(0, 5, 2), chat(0, 3, 2));
    step(&b, "prefill 0 7 1 5 2 3");
    expect_state(&b, 2000, 12);
    cr_assert_eq(b.w.report.skipped_count, 1);
    cr_expect_eq(b.w.report.skipped[0].id, 1);
    cr_expect_eq(b.w.lives[1].phase, PHASE_WAITING);
    /* Both emit their last: but there is room for no token, and 2 began last. */
    step(&b, "");
    expect_state(&b, 4000, 0);
    cr_expect_eq(b.w.report.preempted[0].id, 2);
    step(&b, "");
    cr_expect_eq(b.w.report.skipped_count + b.w.report.preempted_count, 0);
    bench_release(&b);
}

/* Decodes need their room before a prompt gets it: 3 + 1 held, one decode, 7 + 1 wanted. */
Test(llmserve, a_prompt_does_not_take_the_room_of_this_steps_tokens)
{
    BENCH(b, chat(0, 3, 9), chat(0, 7, 9));
    step(&b, "prefill 0 3");
    step(&b, "prefill 1 7");
    expect_state(&b, 4000, 5);
    cr_expect_eq(b.w.report.skipped_count, 1);
    step(&b, "none prefill 1 6"); /* 5 + 8 is 13 */
    cr_expect_eq(b.w.report.skipped_count, 1);
    step(&b, "none preempt 0 prefill 1 6");
    expect_state(&b, 8000, 8);
    step(&b, "none prefill 1 1");
    expect_state(&b, 10000, 8);
    cr_expect_eq(b.w.running_count, 1);
    bench_release(&b);
}

Test(llmserve, chunks_hold_all_memory_at_once_and_only_the_last_emits)
{
    BENCH(b, chat(0, 6, 2));
    step(&b, "prefill 0 2");
    expect_state(&b, 2000, 7);
    cr_expect_eq(b.w.tokens, 0);
    step(&b, "prefill 0 3");
    step(&b, "prefill 0 1");
    expect_state(&b, 6000, 7);
    cr_expect_eq(b.w.tokens, 1);
    cr_expect_eq(b.w.lives[0].first_us, 6000);
    bench_release(&b);
}

/* After 3 of 4 tokens its memory is taken; the answer goes on where it was. */
Test(llmserve, preempted_by_decision_it_prefills_again_at_once)
{
    BENCH(b, chat(0, 4, 4));
    step(&b, "prefill 0 4");
    step(&b, "");
    expect_state(&b, 4000, 6);
    step(&b, "preempt 0 prefill 0 6");
    expect_state(&b, 6000, 7);
    cr_expect_eq(b.w.running_count, 1);
    cr_expect_eq(b.w.lives[0].first_us, 2000);
    step(&b, "");
    cr_expect(world_is_over(&b.w) && world_is_attained(&b.w, 0));
    bench_release(&b);
}

Test(llmserve, who_is_excepted_emits_nothing)
{
    BENCH(b, chat(0, 2, 3), chat(0, 2, 3), chat(0, 2, 3));
    step(&b, "prefill 0 2 1 2 2 2");
    step(&b, "except 0 2");
    expect_state(&b, 4000, 10);
    cr_expect_eq(b.w.lives[0].generated, 1);
    cr_expect_eq(b.w.lives[1].generated, 2);
    step(&b, "none");
    expect_state(&b, 6000, 10);
    step(&b, "");
    /* Three tokens more would make 13: 2 loses its 3. 1 is done, 0 holds 2 + 2. */
    expect_state(&b, 8000, 4);
    bench_release(&b);
}

/* An empty batch lasts 2 ms, or until somebody arrives; when nobody is there, until then.
 */
Test(llmserve, time_passes_without_work)
{
    BENCH(b, chat(5000, 2, 1), chat(6500, 2, 1), chat(90000, 2, 1));
    cr_expect_eq(b.w.now_us, 5000);
    cr_expect_eq(b.w.report.arrived_to, 1);
    step(&b, "");
    expect_state(&b, 6500, 0);
    cr_expect_eq(b.w.report.arrived_from, 1);
    cr_expect_eq(b.w.report.arrived_to, 2);
    step(&b, "");
    expect_state(&b, 8500, 0);
    step(&b, "prefill 0 2 1 2");
    expect_state(&b, 90000, 0); /* both done at 10500 */
    cr_expect_eq(b.w.lives[0].done_us, 10500);
    cr_expect_eq(b.w.report.arrived_from, 2);
    bench_release(&b);
}

Test(llmserve, a_run_ends_a_minute_after_its_last_arrival)
{
    BENCH(b, chat(1000, 2, 1), chat(3000, 2, 1));
    int steps = 0;
    for (; !world_is_over(&b.w); steps++)
        step(&b, "");
    cr_expect_eq(steps, 30001); /* to 3000 us, then 2 ms each */
    cr_expect_eq(b.w.now_us, 60003000);
    cr_expect_not(world_is_attained(&b.w, 0));
    bench_release(&b);
}

/* Targets count from the arrival, and their last microsecond is in time. */
Test(llmserve, a_target_is_met_at_its_last_microsecond)
{
    static const struct {
        uint32_t kind, ttft_us, tpot_us;
        uint64_t timeout_us;
        bool is_attained;
    } rows[] = {
        /* First token at 2000, third and last at 6000; it came at 500. */
        {REQUEST_CHAT, 1500, 2000, 0, true},  {REQUEST_CHAT, 1499, 2000, 0, false},
        {REQUEST_CHAT, 1500, 1999, 0, false}, {REQUEST_CALL, 0, 0, 5500, true},
        {REQUEST_CALL, 0, 0, 5499, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        BENCH(b, chat(0, 2, 1), chat(500, 2, 3));
        struct request *r = &b.run.requests[1];
        r->kind = rows[i].kind;
        r->ttft_us = rows[i].ttft_us;
        r->tpot_us = rows[i].tpot_us;
        r->timeout_us = rows[i].timeout_us;
        step(&b, ""); /* until 500 */
        cr_assert_eq(b.w.now_us, 500);
        b.w.now_us = 0;
        step(&b, "prefill 0 2 1 2");
        step(&b, "");
        step(&b, "");
        cr_assert(world_is_over(&b.w));
        cr_expect_eq(world_is_attained(&b.w, 1), rows[i].is_attained, "row %zu", i);
        bench_release(&b);
    }
}

/* The run of two requests and one preemption once more: both answers
 * began after 2 ms; they took 4 and 6 ms for two tokens; six tokens in 8 ms. */
Test(llmserve, an_outcome_has_the_numbers_of_the_field)
{
    static const struct task_number expected[] = {
        {"ttft_p50_ms", 2}, {"ttft_p99_ms", 2},    {"tpot_p50_ms", 2},
        {"tpot_p99_ms", 3}, {"tokens_per_s", 750}, {"preemptions", 1}};
    BENCH(b, chat(0, 4, 3), chat(0, 4, 3));
    struct outcome outcome = {.runs = 0};
    struct task_verdict verdict = {.raw = 0};
    step(&b, "prefill 0 4 1 4");
    step(&b, "");
    step(&b, "");
    step(&b, "prefill 1 6");
    outcome_add(&outcome, &b.w);
    outcome_report(&outcome, &verdict);
    cr_expect_eq(outcome_mean(&outcome), .5);
    cr_expect_eq(outcome.iterations, 4);
    cr_assert_eq(verdict.metric_count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < verdict.metric_count; i++) {
        cr_expect_str_eq(verdict.metrics[i].name, expected[i].name);
        cr_expect_float_eq(verdict.metrics[i].value, expected[i].value, 1e-9, "%s: %g",
                           expected[i].name, verdict.metrics[i].value);
    }
    outcome_release(&outcome);
    task_verdict_release(&verdict);
    bench_release(&b);
}

/* The trivial policy. */

/* Request 0 runs with 3 + 1 tokens, 1 has the first chunk and holds 6 + 1, which leaves one
 * place in 12: then none. The chunk is of 1, with and without a place to spare, and 2 has
 * to wait for memory. */
Test(llmserve, the_trivial_policy_goes_on_with_what_holds_memory_already)
{
    BENCH(b, chat(0, 3, 9), chat(0, 6, 2), chat(0, 1, 2));
    struct scheduler scheduler;
    struct decision d;
    struct task_error err = TASK_ERROR_INIT;
    scheduler_init(&scheduler, 3);
    step(&b, "prefill 0 3 1 2");
    expect_state(&b, 2000, 11);
    step(&b, "except 0 prefill 1 1");
    for (uint64_t used = 11; used <= 12; used++) {
        policy_chunked_fcfs(&scheduler, &b.w, &d);
        cr_expect_eq(b.w.kv_used, used);
        cr_assert_eq(d.prefill_count, 1);
        cr_expect_eq(d.prefill[0].id, 1);
        cr_expect_eq(d.prefill[0].tokens, 3);
        cr_expect_eq(d.decode, DECODE_ALL);
        step(&b, "");
    }
    /* The second of these two steps took 0's memory: it stands before 2, and does not fit.
     */
    cr_expect_eq(b.w.kv_used, 7);
    policy_chunked_fcfs(&scheduler, &b.w, &d);
    cr_assert(world_apply(&b.w, &d, &err), "%s", err.message);
    cr_expect_eq(d.prefill_count, 1);
    scheduler_release(&scheduler);
    bench_release(&b);
}

/* 1,024 tokens less one for each decode, in the order of arrival. */
Test(llmserve, the_trivial_policy_fills_a_batch_of_1024_tokens)
{
    BENCH(b, chat(0, 600, 9), chat(0, 300, 9), chat(0, 500, 9));
    struct scheduler scheduler;
    struct decision d;
    struct task_error err = TASK_ERROR_INIT;
    b.engine.kv_capacity = 5000;
    scheduler_init(&scheduler, 3);
    policy_chunked_fcfs(&scheduler, &b.w, &d);
    cr_assert_eq(d.prefill_count, 3);
    cr_expect_eq(d.prefill[2].id, 2);
    cr_expect_eq(d.prefill[2].tokens, 124);
    cr_assert(world_apply(&b.w, &d, &err), "%s", err.message);
    step(&b, "prefill 2 10");
    policy_chunked_fcfs(&scheduler, &b.w, &d);
    cr_assert_eq(d.prefill_count, 1);
    cr_expect_eq(d.prefill[0].tokens, 366);
    scheduler_release(&scheduler);
    bench_release(&b);
}

/* Rules. */

Test(llmserve, a_decision_that_breaks_a_rule_is_told_and_changes_nothing)
{
    static const struct {
        const char *decision, *message;
    } rows[] = {
        {"prefill 3 1", "PREFILL 3: no such request has arrived"},
        {"prefill 4294967295 1", "PREFILL 4294967295: no such request has arrived"},
        {"prefill 1 1 1 1", "PREFILL 1: is named twice"},
        {"prefill 1 0", "PREFILL 1: 0 tokens, where 1 to 4 are left"},
        {"prefill 1 5", "PREFILL 1: 5 tokens, where 1 to 4 are left"},
        {"prefill 0 1", "PREFILL 0: is running"},
        {"preempt 0 prefill 0 4", "PREFILL 0: 4 tokens, where 1 to 3 are left"},
        {"prefill 2 1", "PREFILL 2: is done"},
        {"preempt 1", "PREEMPT 1: holds no memory"},
        {"preempt 2", "PREEMPT 2: is done"},
        {"preempt 0 0", "PREEMPT 0: is named twice"},
        {"preempt 9", "PREEMPT 9: no such request has arrived"},
        {"except 1", "EXCEPT 1: is not running"},
        {"except 0 0", "EXCEPT 0: is named twice"},
        {"except 0 preempt 0", "EXCEPT 0: is not running"},
        {"except 0 none", "EXCEPT: 1 requests, but ACT's decode is 0"},
    };
    BENCH(b, chat(0, 2, 9), chat(0, 4, 2), chat(0, 2, 1), chat(900000, 4, 2));
    step(&b, "prefill 0 2 2 2");
    expect_state(&b, 2000, 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct script s;
        struct task_error err = TASK_ERROR_INIT;
        script_read(&s, rows[i].decision);
        cr_expect_not(world_apply(&b.w, &s.d, &err), "%s", rows[i].decision);
        cr_expect_eq(err.fault, TASK_ENTRY);
        cr_expect_str_eq(err.message, rows[i].message);
        expect_state(&b, 2000, 3);
    }
    /* What was refused has left no mark. */
    step(&b, "preempt 0 prefill 0 3 1 4");
    expect_state(&b, 4000, 9);
    struct script s;
    struct task_error err = TASK_ERROR_INIT;
    script_read(&s, "");
    s.d.decode = 3;
    cr_expect_not(world_apply(&b.w, &s.d, &err));
    cr_expect_str_eq(err.message, "ACT: decode is 3, neither 0, 1 nor 2");
    bench_release(&b);
}
