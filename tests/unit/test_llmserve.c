/* Steps of llmserve's environment worked out by hand on an engine whose every iteration
 * takes 2 ms, its rules, and decisions at random. */
#include "llmserve/policy.h"
#include "llmserve/rules.h"
#include "llmserve/world.h"

#include "sdk/buf.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(llmserve, .timeout = 60);

/* By hand: no layers leave the 2 ms of a step, and 1e-9 s of logits. */

static const struct engine_spec toy = {.hidden = 1,
                                       .heads = 1,
                                       .kv_heads = 1,
                                       .ffn = 1,
                                       .vocab = 1,
                                       .tp = 1,
                                       .kv_capacity = 12,
                                       .peak = 1e15,
                                       .hbm = 1e15,
                                       .emax = 1,
                                       .eb = 1,
                                       .fa = 1,
                                       .ib = 1};

static struct request chat(uint64_t arrival_us, uint32_t prompt, uint32_t output)
{
    return (struct request){.arrival_us = arrival_us,
                            .prompt = prompt,
                            .output = output,
                            .ttft_us = 10000,
                            .tpot_us = 2000};
}

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

/* What world.h promises, added up anew. */
static void check_invariants(const struct world *w)
{
    uint64_t used = 0;
    size_t running = 0, live = 0, done = 0;
    for (size_t i = 0; i < w->run->count; i++) {
        const struct life *life = &w->lives[i];
        bool is_waiting = life->phase == PHASE_WAITING;
        bool is_partial = life->phase == PHASE_PREFILL;
        cr_assert_eq(idset_next(&w->waiting, i) == i, is_waiting);
        cr_assert_eq(idset_next(&w->partial, i) == i, is_partial);
        cr_assert_eq(life->phase == PHASE_FUTURE, i >= w->next);
        cr_assert(!life->is_excepted);
        cr_assert(is_waiting ? life->prefilled == 0 : true);
        cr_assert(is_partial ? life->prefilled > 0 && life->prefilled < life->need : true);
        running += life->phase == PHASE_RUNNING;
        done += life->phase == PHASE_DONE;
        live += life->phase != PHASE_FUTURE && life->phase != PHASE_DONE;
        used += is_partial ? life->need + 1
                : life->phase == PHASE_RUNNING
                    ? w->run->requests[i].prompt + life->generated
                    : 0;
    }
    cr_assert_eq(used, w->kv_used);
    cr_assert_leq(used, w->engine->kv_capacity);
    cr_assert_eq(running, w->running_count);
    cr_assert_eq(done, w->done);
    cr_assert(live > 0 || world_is_over(w));
}

static struct run random_run(struct task_rng *rng, size_t count, uint32_t capacity)
{
    struct run run = {1, task_alloc(count, sizeof *run.requests), count};
    uint64_t t = 0;
    for (size_t i = 0; i < count; i++) {
        t += task_rng_below(rng, 3) ? task_rng_below(rng, 9000) : 0;
        run.requests[i] = chat(t, 1 + (uint32_t)task_rng_below(rng, capacity / 5),
                               1 + (uint32_t)task_rng_below(rng, capacity / 8));
    }
    return run;
}

/* Numbers near the edge of what may be said, and some from far away. */
static uint32_t hostile_number(struct task_rng *rng, uint64_t bound)
{
    return task_rng_chance(rng, .02) ? (uint32_t)task_rng_next(rng)
                                     : (uint32_t)task_rng_below(rng, bound + 2);
}

static void hostile(struct task_rng *rng, const struct world *w, struct script *s)
{
    *s = (struct script){.d = {.prefill = s->prefill,
                               .except = s->except,
                               .preempt = s->preempt,
                               .decode = (uint32_t)task_rng_below(rng, 3)}};
    if (task_rng_chance(rng, .02))
        s->d.decode = (uint32_t)task_rng_next(rng);
    s->d.prefill_count = (size_t)task_rng_below(rng, 4);
    s->d.preempt_count = task_rng_chance(rng, .2) ? (size_t)task_rng_below(rng, 3) : 0;
    if (s->d.decode == DECODE_EXCEPT)
        s->d.except_count = (size_t)task_rng_below(rng, 3);
    for (size_t i = 0; i < s->d.prefill_count; i++) {
        s->prefill[i].id = hostile_number(rng, w->next);
        s->prefill[i].tokens = 1 + hostile_number(rng, 12);
        if (s->prefill[i].id < w->next && task_rng_chance(rng, .7))
            s->prefill[i].tokens = world_left(w, s->prefill[i].id);
    }
    for (size_t i = 0; i < 3; i++) {
        s->preempt[i].id = hostile_number(rng, w->next);
        s->except[i].id = hostile_number(rng, w->next);
    }
}

/* Refused or not, the state stays whole; what is left is played by the trivial policy. */
Test(llmserve, hostile_decisions_leave_the_world_whole)
{
    size_t taken = 0, refused = 0, preempted = 0, skipped = 0;
    for (uint64_t index = 0; index < 60; index++) {
        const struct task_stream stream = {"00", "test", "1", "", "hostile", index};
        struct task_rng rng;
        struct scheduler scheduler;
        struct world w;
        struct engine_spec engine = toy;
        engine.kv_capacity = 40 + 20 * (uint32_t)(index % 5);
        task_rng_init(&rng, &stream);
        struct run run = random_run(&rng, 40, engine.kv_capacity);
        world_init(&w, &engine, &run);
        for (int i = 0; i < 600 && !world_is_over(&w); i++) {
            struct script s;
            struct task_error err = TASK_ERROR_INIT;
            uint64_t before_us = w.now_us;
            hostile(&rng, &w, &s);
            bool is_taken = world_apply(&w, &s.d, &err);
            taken += is_taken;
            refused += !is_taken;
            cr_assert_eq(err.fault, is_taken ? TASK_OK : TASK_ENTRY);
            cr_assert_eq(w.now_us > before_us, is_taken);
            preempted += is_taken ? w.report.preempted_count : 0;
            skipped += is_taken ? w.report.skipped_count : 0;
            check_invariants(&w);
        }
        scheduler_init(&scheduler, run.count);
        policy_play(policy_chunked_fcfs, &scheduler, &w);
        check_invariants(&w);
        cr_expect_eq(w.done, run.count, "the trivial policy is stuck");
        scheduler_release(&scheduler);
        world_release(&w);
        free(run.requests);
    }
    cr_expect(taken > 5000 && refused > 5000 && preempted > 50 && skipped > 50,
              "%zu %zu %zu %zu", taken, refused, preempted, skipped);
}
