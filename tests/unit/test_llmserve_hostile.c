/* Decisions of an entry that means ill, against what world.h promises. */
#include "llmserve_fixture.h"

#include "llmserve/policy.h"
#include "llmserve/world.h"

#include "sdk/buf.h"

#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(llmserve_hostile, .timeout = 60);

struct lists {
    struct prefill_record prefill[16];
    struct id_record except[16], preempt[16];
    struct decision d;
};

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

static void hostile(struct task_rng *rng, const struct world *w, struct lists *s)
{
    *s = (struct lists){.d = {.prefill = s->prefill,
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
Test(llmserve_hostile, hostile_decisions_leave_the_world_whole)
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
            struct lists s;
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
