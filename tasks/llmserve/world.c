#include "world.h"

#include "rules.h"

#include "sdk/buf.h"

#include <stdlib.h>

static const uint64_t grace_us = 60000000; /* after the last arrival */
static const uint64_t idle_us = 2000;      /* what an empty batch lasts at most */

/* Life of a request. */

static const struct request *request_of(const struct world *w, size_t id)
{
    return &w->run->requests[id];
}

static uint64_t held(const struct world *w, uint32_t id)
{
    const struct life *life = &w->lives[id];
    if (life->phase == PHASE_RUNNING)
        return (uint64_t)request_of(w, id)->prompt + life->generated;
    return life->phase == PHASE_PREFILL ? (uint64_t)life->need + 1 : 0;
}

static void start_waiting(struct world *w, uint32_t id)
{
    struct life *life = &w->lives[id];
    life->phase = PHASE_WAITING;
    life->need = request_of(w, id)->prompt + life->generated;
    life->prefilled = 0;
    idset_add(&w->waiting, id);
}

/* One that ran stays in w->running until the step's end: its phase says that it left. */
static void preempt(struct world *w, uint32_t id)
{
    w->kv_used -= held(w, id);
    w->preemptions++;
    idset_drop(&w->partial, id);
    start_waiting(w, id);
}

static void finish(struct world *w, uint32_t id)
{
    w->kv_used -= held(w, id);
    w->lives[id].phase = PHASE_DONE;
    w->lives[id].done_us = w->now_us;
    w->report.done[w->report.done_count++].id = id;
    w->done++;
}

/* One token; true if it was the last. */
static bool emit(struct world *w, uint32_t id)
{
    struct life *life = &w->lives[id];
    w->tokens++;
    life->generated++;
    if (life->first_us == 0)
        life->first_us = w->now_us;
    if (life->generated < request_of(w, id)->output)
        return false;
    finish(w, id);
    return true;
}

uint32_t world_left(const struct world *w, uint32_t id)
{
    return w->lives[id].need - w->lives[id].prefilled;
}

/* Arrivals. */

static void arrive(struct world *w)
{
    w->report.arrived_from = w->next;
    while (w->next < w->run->count && request_of(w, w->next)->arrival_us <= w->now_us)
        start_waiting(w, (uint32_t)w->next++);
    w->report.arrived_to = w->next;
}

/* When nobody is live there is nothing to decide. */
static void skip_to_arrival(struct world *w)
{
    if (w->done == w->next && w->next < w->run->count &&
        request_of(w, w->next)->arrival_us > w->now_us)
        w->now_us = request_of(w, w->next)->arrival_us;
}

void world_init(struct world *w, const struct engine_spec *engine, const struct run *run)
{
    *w = (struct world){.engine = engine, .run = run};
    size_t room = run->count + 1;
    w->lives = task_alloc(room, sizeof *w->lives);
    w->running = task_alloc(room, sizeof *w->running);
    w->report.done = task_alloc(room, sizeof *w->report.done);
    w->report.preempted = task_alloc(room, sizeof *w->report.preempted);
    w->report.skipped = task_alloc(room, sizeof *w->report.skipped);
    idset_init(&w->waiting, room);
    idset_init(&w->partial, room);
    if (run->count > 0)
        w->end_us = run->requests[run->count - 1].arrival_us + grace_us;
    skip_to_arrival(w);
    arrive(w);
}

void world_release(struct world *w)
{
    free(w->lives);
    free(w->running);
    free(w->report.done);
    free(w->report.preempted);
    free(w->report.skipped);
    idset_release(&w->waiting);
    idset_release(&w->partial);
}

bool world_is_over(const struct world *w)
{
    return w->done == w->run->count || w->now_us >= w->end_us;
}

/* One step, in the order of its effects. */

/* What is computed in it. */
struct step {
    const struct decision *decision;
    size_t decodes;
    size_t emitting; /* prefills that end; decodes apart */
    uint64_t chunk_tokens, twice_pairs, context;
};

static bool does_decode(const struct world *w, const struct step *step, uint32_t id)
{
    return step->decision->decode != DECODE_NONE && w->lives[id].phase == PHASE_RUNNING &&
           !w->lives[id].is_excepted;
}

static void preempt_as_told(struct world *w, const struct decision *d)
{
    for (size_t i = 0; i < d->preempt_count; i++)
        preempt(w, d->preempt[i].id);
    for (size_t i = 0; i < d->except_count; i++)
        w->lives[d->except[i].id].is_excepted = true;
}

static void count_decodes(const struct world *w, struct step *step)
{
    for (size_t i = 0; i < w->running_count; i++) {
        if (!does_decode(w, step, w->running[i]))
            continue;
        step->decodes++;
        step->context += held(w, w->running[i]);
    }
}

/* Each decode needs a token's room; those that began to run last make it. */
static void preempt_until_it_fits(struct world *w, struct step *step)
{
    for (size_t i = w->running_count;
         i > 0 && w->kv_used + step->decodes > w->engine->kv_capacity; i--) {
        uint32_t id = w->running[i - 1];
        if (!does_decode(w, step, id))
            continue;
        step->decodes--;
        step->context -= held(w, id);
        preempt(w, id);
        w->report.preempted[w->report.preempted_count++].id = id;
    }
}

/* The first chunk takes the memory of all. */
static bool admit(struct world *w, const struct step *step, uint32_t id)
{
    struct life *life = &w->lives[id];
    if (life->phase == PHASE_PREFILL)
        return true;
    uint64_t wanted = (uint64_t)life->need + 1;
    if (w->kv_used + step->decodes + wanted > w->engine->kv_capacity)
        return false;
    w->kv_used += wanted;
    life->phase = PHASE_PREFILL;
    idset_drop(&w->waiting, id);
    idset_add(&w->partial, id);
    return true;
}

static void prefill(struct world *w, struct step *step)
{
    const struct decision *d = step->decision;
    for (size_t i = 0; i < d->prefill_count; i++) {
        uint64_t tokens = d->prefill[i].tokens;
        struct life *life = &w->lives[d->prefill[i].id];
        if (!admit(w, step, d->prefill[i].id)) {
            w->report.skipped[w->report.skipped_count++].id = d->prefill[i].id;
            continue;
        }
        step->chunk_tokens += tokens;
        step->twice_pairs += tokens * (2 * (uint64_t)life->prefilled + tokens);
        life->prefilled += (uint32_t)tokens;
        step->emitting += life->prefilled == life->need;
    }
}

static void pass_time(struct world *w, const struct step *step)
{
    uint64_t tokens = step->chunk_tokens + step->decodes;
    const struct engine_batch batch = {.tokens = (double)tokens,
                                       .sequences =
                                           (double)(step->decodes + step->emitting),
                                       .pairs = (double)step->twice_pairs / 2,
                                       .context = (double)step->context};
    uint64_t until_us = w->now_us + idle_us;
    if (tokens > 0)
        until_us = w->now_us + engine_us(w->engine, &batch);
    else if (w->next < w->run->count && request_of(w, w->next)->arrival_us < until_us)
        until_us = request_of(w, w->next)->arrival_us;
    w->now_us = until_us;
}

/* Emits, and keeps those that go on running, in their order. */
static void emit_decodes(struct world *w, const struct step *step)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->running_count; i++) {
        uint32_t id = w->running[i];
        if (w->lives[id].phase != PHASE_RUNNING)
            continue;
        bool is_decoded = does_decode(w, step, id);
        w->lives[id].is_excepted = false;
        w->kv_used += is_decoded;
        if (!is_decoded || !emit(w, id))
            w->running[kept++] = id;
    }
    w->running_count = kept;
}

/* Those of this step's prefills that are whole; what it needs it holds already. */
static void emit_prefills(struct world *w, const struct decision *d)
{
    for (size_t i = 0; i < d->prefill_count; i++) {
        uint32_t id = d->prefill[i].id;
        struct life *life = &w->lives[id];
        if (life->phase != PHASE_PREFILL || life->prefilled < life->need)
            continue;
        idset_drop(&w->partial, id);
        life->phase = PHASE_RUNNING;
        if (!emit(w, id))
            w->running[w->running_count++] = id;
    }
}

static void clear_report(struct report *report)
{
    report->done_count = report->preempted_count = report->skipped_count = 0;
}

bool world_apply(struct world *w, const struct decision *decision, struct task_error *err)
{
    if (!rules_check(w, decision, err))
        return false;
    struct step step = {.decision = decision};
    clear_report(&w->report);
    preempt_as_told(w, decision);
    count_decodes(w, &step);
    preempt_until_it_fits(w, &step);
    prefill(w, &step);
    pass_time(w, &step);
    emit_decodes(w, &step);
    emit_prefills(w, decision);
    skip_to_arrival(w);
    arrive(w);
    w->steps++;
    return true;
}

bool world_is_attained(const struct world *w, size_t id)
{
    const struct request *r = request_of(w, id);
    const struct life *life = &w->lives[id];
    if (life->phase != PHASE_DONE)
        return false;
    if (r->kind == REQUEST_CALL)
        return life->done_us - r->arrival_us <= r->timeout_us;
    return life->first_us - r->arrival_us <= r->ttft_us &&
           life->done_us - life->first_us <= (uint64_t)r->tpot_us * (r->output - 1);
}
