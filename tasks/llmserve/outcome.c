#include "outcome.h"

#include "sdk/buf.h"

#include <stdlib.h>

void outcome_release(struct outcome *o)
{
    free(o->ttft_ms.values);
    free(o->tpot_ms.values);
    *o = (struct outcome){0};
}

static void push(struct series *s, double value)
{
    s->values[s->count++] = value;
}

static void reserve(struct series *s, size_t more)
{
    s->values = task_grow(s->values, s->count + more + 1, sizeof *s->values);
}

static void add_latencies(struct outcome *o, const struct world *w, size_t id)
{
    const struct request *r = &w->run->requests[id];
    const struct life *life = &w->lives[id];
    if (life->first_us > 0)
        push(&o->ttft_ms, (double)(life->first_us - r->arrival_us) / 1e3);
    if (life->phase == PHASE_DONE && r->output > 1)
        push(&o->tpot_ms, (double)(life->done_us - life->first_us) / 1e3 / (r->output - 1));
}

void outcome_add(struct outcome *o, const struct world *w)
{
    size_t count = w->run->count, attained = 0;
    reserve(&o->ttft_ms, count);
    reserve(&o->tpot_ms, count);
    for (size_t id = 0; id < count; id++) {
        attained += world_is_attained(w, id);
        add_latencies(o, w, id);
    }
    o->attainment[o->runs++] = count > 0 ? (double)attained / (double)count : 0;
    o->seconds += (double)w->now_us / 1e6;
    o->tokens += w->tokens;
    o->preemptions += w->preemptions;
    o->iterations += w->steps;
}

void outcome_play(struct outcome *o, policy_fn *policy, const struct engine_spec *engine,
                  const struct run *run)
{
    struct world w;
    struct scheduler scheduler;
    world_init(&w, engine, run);
    scheduler_init(&scheduler, run->count);
    policy_play(policy, &scheduler, &w);
    outcome_add(o, &w);
    scheduler_release(&scheduler);
    world_release(&w);
}

double outcome_mean(const struct outcome *o)
{
    double sum = 0;
    for (size_t i = 0; i < o->runs; i++)
        sum += o->attainment[i];
    return sum / (double)o->runs;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The smallest value that at least part of all do not exceed; 0 of none. */
static double quantile(const struct series *s, double part)
{
    double wanted = part * (double)s->count;
    size_t rank = (size_t)wanted;
    if (s->count == 0)
        return 0;
    rank += (double)rank < wanted || rank == 0;
    return s->values[rank - 1];
}

static void report_series(struct series *s, const char *const names[2],
                          struct task_verdict *verdict)
{
    if (s->count > 0)
        qsort(s->values, s->count, sizeof *s->values, by_value);
    task_verdict_metric(verdict, names[0], quantile(s, .5));
    task_verdict_metric(verdict, names[1], quantile(s, .99));
}

void outcome_report(struct outcome *o, struct task_verdict *verdict)
{
    static const char *const ttft[2] = {"ttft_p50_ms", "ttft_p99_ms"};
    static const char *const tpot[2] = {"tpot_p50_ms", "tpot_p99_ms"};
    report_series(&o->ttft_ms, ttft, verdict);
    report_series(&o->tpot_ms, tpot, verdict);
    task_verdict_metric(verdict, "tokens_per_s",
                        o->seconds > 0 ? (double)o->tokens / o->seconds : 0);
    task_verdict_metric(verdict, "preemptions", (double)o->preemptions);
}
