#include "dialogue.h"

#include "outcome.h"
#include "package.h"
#include "policy.h"

#include <stdio.h>
#include <stdlib.h>

/* Records. Times of a request's targets count from its arrival. */

struct run_record {
    uint32_t run;
};

struct arrival_record {
    uint64_t arrival_us;
    uint64_t timeout_us;
    uint32_t id;
    uint32_t app;
    uint32_t kind;
    uint32_t prompt;
    uint32_t ttft_us;
    uint32_t tpot_us;
};

struct step_record {
    uint64_t now_us;
    uint64_t kv_used;
    uint64_t kv_capacity;
};

struct act_record {
    uint32_t decode;
};

static const struct task_field hello_fields[] = {
#define ENGINE_FIELD(kind, type, name) TASK_FIELD(struct engine_spec, name, kind),
#include "engine_field.def"
};
static const struct task_field run_fields[] = {
    TASK_FIELD(struct run_record, run, TASK_U32),
};
static const struct task_field arrival_fields[] = {
    TASK_FIELD(struct arrival_record, arrival_us, TASK_U64),
    TASK_FIELD(struct arrival_record, timeout_us, TASK_U64),
    TASK_FIELD(struct arrival_record, id, TASK_U32),
    TASK_FIELD(struct arrival_record, app, TASK_U32),
    TASK_FIELD(struct arrival_record, kind, TASK_U32),
    TASK_FIELD(struct arrival_record, prompt, TASK_U32),
    TASK_FIELD(struct arrival_record, ttft_us, TASK_U32),
    TASK_FIELD(struct arrival_record, tpot_us, TASK_U32),
};
static const struct task_field id_fields[] = {
    TASK_FIELD(struct id_record, id, TASK_U32),
};
static const struct task_field step_fields[] = {
    TASK_FIELD(struct step_record, now_us, TASK_U64),
    TASK_FIELD(struct step_record, kv_used, TASK_U64),
    TASK_FIELD(struct step_record, kv_capacity, TASK_U64),
};
static const struct task_field prefill_fields[] = {
    TASK_FIELD(struct prefill_record, id, TASK_U32),
    TASK_FIELD(struct prefill_record, tokens, TASK_U32),
};
static const struct task_field act_fields[] = {
    TASK_FIELD(struct act_record, decode, TASK_U32),
};

enum { LIST = TASK_RECORDS_MAX };

static const struct task_message HELLO =
    TASK_MESSAGE("HELLO", 1, false, 1, struct engine_spec, hello_fields);
static const struct task_message RUN =
    TASK_MESSAGE("RUN", 16, false, 1, struct run_record, run_fields);
static const struct task_message ARRIVAL =
    TASK_MESSAGE("ARRIVAL", 17, false, LIST, struct arrival_record, arrival_fields);
static const struct task_message DONE =
    TASK_MESSAGE("DONE", 18, false, LIST, struct id_record, id_fields);
static const struct task_message PREEMPTED =
    TASK_MESSAGE("PREEMPTED", 19, false, LIST, struct id_record, id_fields);
static const struct task_message SKIPPED =
    TASK_MESSAGE("SKIPPED", 20, false, LIST, struct id_record, id_fields);
static const struct task_message STEP =
    TASK_MESSAGE("STEP", 21, false, 1, struct step_record, step_fields);

static const struct task_message BEGIN =
    TASK_MESSAGE("BEGIN", 32, true, 1, struct run_record, run_fields);
static const struct task_message PREFILL =
    TASK_MESSAGE("PREFILL", 33, true, LIST, struct prefill_record, prefill_fields);
static const struct task_message EXCEPT =
    TASK_MESSAGE("EXCEPT", 34, true, LIST, struct id_record, id_fields);
static const struct task_message PREEMPT =
    TASK_MESSAGE("PREEMPT", 35, true, LIST, struct id_record, id_fields);
static const struct task_message ACT =
    TASK_MESSAGE("ACT", 36, true, 1, struct act_record, act_fields);

const struct task_message *const dialogue_messages[] = {
    &HELLO, &RUN,     &ARRIVAL, &DONE,    &PREEMPTED, &SKIPPED, &STEP,
    &BEGIN, &PREFILL, &EXCEPT,  &PREEMPT, &ACT,       NULL};

/* A run. */

struct arrivals {
    struct arrival_record *records; /* room for all of a run's */
};

static void send_list(struct task_channel *ch, const struct task_message *message,
                      const void *records, size_t count)
{
    if (count > 0)
        (void)task_channel_send(ch, message, records,
                                count); /* ask tells that it is lost */
}

static void send_arrivals(struct task_channel *ch, const struct world *w,
                          struct arrival_record *records)
{
    const struct report *report = &w->report;
    size_t count = report->arrived_to - report->arrived_from;
    for (size_t i = 0; i < count; i++) {
        size_t id = report->arrived_from + i;
        const struct request *r = &w->run->requests[id];
        records[i] =
            (struct arrival_record){r->arrival_us, r->timeout_us, (uint32_t)id, r->app,
                                    r->kind,       r->prompt,     r->ttft_us,   r->tpot_us};
    }
    send_list(ch, &ARRIVAL, records, count);
}

static void send_step(struct task_channel *ch, const struct world *w,
                      struct arrival_record *records)
{
    const struct step_record step = {w->now_us, w->kv_used, w->engine->kv_capacity};
    send_arrivals(ch, w, records);
    send_list(ch, &DONE, w->report.done, w->report.done_count);
    send_list(ch, &PREEMPTED, w->report.preempted, w->report.preempted_count);
    send_list(ch, &SKIPPED, w->report.skipped, w->report.skipped_count);
    (void)task_channel_send(ch, &STEP, &step, 1);
}

static struct decision answer(struct task_channel *ch)
{
    struct decision d;
    size_t one;
    const struct act_record *act = task_channel_got(ch, &ACT, &one);
    d.prefill = task_channel_got(ch, &PREFILL, &d.prefill_count);
    d.except = task_channel_got(ch, &EXCEPT, &d.except_count);
    d.preempt = task_channel_got(ch, &PREEMPT, &d.preempt_count);
    d.decode = act->decode;
    return d;
}

/* BEGIN is an answer too, but not to STEP; and nothing else to RUN. */
static bool expect_none(struct task_channel *ch, const struct task_message *const *messages)
{
    for (; *messages; messages++) {
        size_t count = 0;
        (void)task_channel_got(ch, *messages, &count);
        if (count > 0)
            return task_channel_refuse(ch, "%s: is no answer here", (*messages)->name);
    }
    return true;
}

static bool ask_begin(struct task_channel *ch, size_t run)
{
    static const struct task_message *const others[] = {&PREFILL, &EXCEPT, &PREEMPT, NULL};
    const struct run_record record = {(uint32_t)run};
    (void)task_channel_send(ch, &RUN, &record, 1);
    if (!task_channel_ask(ch, &BEGIN) || !expect_none(ch, others))
        return false;
    size_t one;
    const struct run_record *begin = task_channel_got(ch, &BEGIN, &one);
    return begin->run == run ||
           task_channel_refuse(ch, "BEGIN %u: the run is %zu", begin->run, run);
}

/* One step by the entry's decision; false when it is lost, and nothing has happened. */
static bool ask_and_apply(struct task_channel *ch, struct world *w,
                          struct arrival_record *records)
{
    static const struct task_message *const others[] = {&BEGIN, NULL};
    send_step(ch, w, records);
    if (!task_channel_ask(ch, &ACT) || !expect_none(ch, others))
        return false;
    struct task_error err = TASK_ERROR_INIT;
    const struct decision d = answer(ch);
    return world_apply(w, &d, &err) || task_channel_refuse(ch, "%s", err.message);
}

static void play_run(struct task_channel *ch, const struct package *p, size_t index,
                     struct outcome *outcome)
{
    struct world w;
    struct scheduler scheduler;
    const struct run *run = &p->runs[index];
    struct arrival_record *records = task_alloc(run->count + 1, sizeof *records);
    world_init(&w, &p->engine.spec, run);
    scheduler_init(&scheduler, run->count);
    bool is_there = ask_begin(ch, index);
    while (is_there && !world_is_over(&w))
        is_there = ask_and_apply(ch, &w, records);
    policy_play(policy_chunked_fcfs, &scheduler, &w);
    outcome_add(outcome, &w);
    scheduler_release(&scheduler);
    world_release(&w);
    free(records);
}

/* The verdict. */

enum { ID_BYTES = PACKAGE_NAME_BYTES + 16 };

/* What the strings of items point into. */
struct words {
    char ids[RUNS][ID_BYTES];
};

static void add_items(const struct package *p, const struct outcome *outcome,
                      struct task_verdict *verdict)
{
    struct words *words = task_alloc(1, sizeof *words);
    verdict->keeper = words;
    verdict->keeper_free = free;
    verdict->items = task_alloc(RUNS, sizeof *verdict->items);
    for (size_t k = 0; k < RUNS; k++) {
        (void)snprintf(words->ids[k], ID_BYTES, "%s:%.2f", p->name, p->runs[k].load);
        verdict->items[verdict->item_count++] = (struct task_item){
            .id = words->ids[k], .group = p->engine.name, .value = outcome->attainment[k]};
    }
}

bool dialogue_play(struct task_play *job, struct task_error *err)
{
    package_auto struct package p = {.name = ""};
    struct outcome outcome = {.runs = 0};
    if (!package_load(job->case_dir, &p, err))
        return false;
    (void)task_channel_hello(job->channel, &HELLO, &p.engine.spec);
    for (size_t k = 0; k < RUNS; k++)
        play_run(job->channel, &p, k, &outcome);
    job->trivial_raw = p.m0;
    job->verdict->unit = "SLO attainment";
    job->verdict->raw = outcome_mean(&outcome);
    job->verdict->score = 100 * (job->verdict->raw - p.m0) / (p.m1 - p.m0);
    add_items(&p, &outcome, job->verdict);
    outcome_report(&outcome, job->verdict);
    outcome_release(&outcome);
    return true;
}
