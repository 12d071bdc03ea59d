#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL_RUNS = 3 };

struct state {
    const struct series *series;
    struct case_result *result;
    struct timing timing;           /* of the runs that count, so far */
    int64_t references[LEVEL_RUNS]; /* of the reference, the last one first; 0: none yet */
    int64_t probes_left;
    double low, high; /* scores of the runs */
    bool is_decided;
};

static bool is_timed(const struct state *state)
{
    return timing_is_asked(&state->series->plan);
}

static size_t repeats(const struct state *state)
{
    return state->series->plan.repeats > 1 ? (size_t)state->series->plan.repeats : 1;
}

static size_t warmup(const struct state *state)
{
    return is_timed(state) ? (size_t)state->series->plan.warmup : 0;
}

static struct limit_times medians(const struct timing *timing)
{
    struct timing copy = *timing; /* borrows */
    timing_summarise(&copy);
    return (struct limit_times){(uint64_t)copy.median_ns, (uint64_t)timing_wall_ns(timing)};
}

static struct limit_times times_of(const struct timing_sample *sample)
{
    return (struct limit_times){(uint64_t)sample->cpu_ns, (uint64_t)sample->wall_ns};
}

/* The reference. */

static void learn_level(struct state *state)
{
    int64_t sum = 0;
    for (size_t i = 0; i < LEVEL_RUNS; i++) {
        if (state->references[i] == 0)
            return;
        sum += state->references[i];
    }
    int64_t *level = state->series->level_ns;
    if (*level == 0 || sum / LEVEL_RUNS < *level)
        *level = sum / LEVEL_RUNS;
}

static bool take_reference(struct state *state, struct pod_error *err)
{
    const struct series *series = state->series;
    if (!is_timed(state))
        return true;
    memmove(&state->references[1], &state->references[0],
            (LEVEL_RUNS - 1) * sizeof state->references[0]);
    if (!series->reference(series->context, &state->references[0], err))
        return false;
    learn_level(state);
    return true;
}

/* The first references make a level where none is known. */
static bool wait_for_quiet(struct state *state, size_t index, struct pod_error *err)
{
    const int64_t *level = state->series->level_ns;
    for (size_t i = 0; is_timed(state) && index == 0 && i < LEVEL_RUNS; i++)
        if (!take_reference(state, err))
            return false;
    while (is_timed(state) && state->probes_left > 0 &&
           !timing_is_quiet(state->references[0], *level)) {
        state->probes_left--;
        if (!take_reference(state, err))
            return false;
    }
    return true;
}

static int64_t count_quiet(const struct state *state)
{
    int64_t quiet = 0;
    for (size_t i = 0; i < state->timing.count; i++)
        quiet += timing_is_quiet(state->timing.samples[i].reference_ns,
                                 *state->series->level_ns);
    return quiet;
}

/* Two of three runs on one side of the limits, and the third changes nothing. */
static bool is_settled(const struct state *state)
{
    size_t over = 0;
    for (size_t i = 0; i < state->timing.count; i++) {
        struct limit_times taken = times_of(&state->timing.samples[i]);
        over += limit_is_over(&state->series->limits, &taken);
    }
    return state->timing.count > 1 && (over == 0 || over == state->timing.count);
}

static bool needs_more(const struct state *state)
{
    size_t count = state->timing.count;
    if (count < repeats(state))
        return true;
    if (is_timed(state) && count < TIMING_RUNS_FOR_ONE * repeats(state) &&
        count_quiet(state) < state->series->plan.repeats)
        return true;
    struct limit_times taken = medians(&state->timing);
    return count < NEAR_RUNS && limit_is_near(&state->series->limits, &taken) &&
           !is_settled(state);
}

/* The result of a later run in the place of the first, which had gone well. */
static void adopt(struct state *state, size_t index, struct case_result *other)
{
    struct case_result *result = state->result;
    other->task = result->task;
    other->case_id = result->case_id;
    other->key = result->key;
    result->task = NULL;
    result->case_id = NULL;
    case_result_release(result);
    *result = *other;
    *other = (struct case_result)CASE_RESULT_INIT;
    pod_names_add_take(&result->notes,
                       pod_strf("the first run went well, and run %zu did not", index + 1));
    state->is_decided = true;
}

static void add_sample(struct state *state, const struct case_result *run, int64_t before)
{
    struct timing *timing = &state->timing;
    timing->samples = pod_grow(timing->samples, timing->count + 1, sizeof *timing->samples);
    /* 1: there is nothing to compare with, and no ratio is told. */
    timing->samples[timing->count++] = (struct timing_sample){
        .wall_ns = run->wall_ns,
        .cpu_ns = run->cpu_ns,
        .reference_ns = is_timed(state) ? (before + state->references[0]) / 2 : 1,
    };
}

static void add_score(struct state *state, size_t index, const struct case_result *run)
{
    if (!run->has_score)
        return;
    state->low = index == 0 ? run->score : fmin(state->low, run->score);
    state->high = index == 0 ? run->score : fmax(state->high, run->score);
}

/* And not late in a dialogue, which is a failure however short the run was. */
static bool is_only_long(const struct state *state, size_t index,
                         const struct case_result *run)
{
    const struct limit_times taken = {(uint64_t)run->cpu_ns, (uint64_t)run->wall_ns};
    return index > 0 && run->verdict == VERDICT_TLE && !run->is_idle &&
           limit_is_over(&state->series->limits, &taken);
}

/* The neighbours of a run are taken before anything is scored. */
static bool do_run(struct state *state, size_t index, struct case_result *run,
                   struct pod_error *err)
{
    const struct series *series = state->series;
    if (!wait_for_quiet(state, index, err))
        return false;
    int64_t before = state->references[0];
    if (!series->launch(series->context, index, run, err))
        return false;
    bool goes_on = run->verdict == VERDICT_OK || is_only_long(state, index, run);
    if (goes_on && !take_reference(state, err))
        return false;
    if (run->verdict == VERDICT_OK && !series->score(series->context, index, run, err))
        return false;
    if (run->verdict != VERDICT_OK && !is_only_long(state, index, run)) {
        state->is_decided = true;
        return true;
    }
    if (index >= warmup(state))
        add_sample(state, run, before);
    add_score(state, index, run);
    return true;
}

static bool run_again(struct state *state, size_t index, struct pod_error *err)
{
    case_result_auto struct case_result other = CASE_RESULT_INIT;
    if (!do_run(state, index, &other, err))
        return false;
    if (other.memory_bytes > state->result->memory_bytes)
        state->result->memory_bytes = other.memory_bytes;
    if (state->is_decided)
        adopt(state, index, &other);
    return true;
}

/* The end. */

static void judge_times(struct state *state)
{
    struct case_result *result = state->result;
    const struct limit_times *limits = &state->series->limits;
    struct limit_times taken = medians(&state->timing);
    result->cpu_ns = (int64_t)taken.cpu_ns;
    result->wall_ns = (int64_t)taken.wall_ns;
    if (!limit_is_over(limits, &taken))
        return;
    bool is_cpu = taken.cpu_ns > limits->cpu_ns;
    verdict_object_auto struct verdict_object nothing = VERDICT_OBJECT_INIT;
    case_result_take_object(result, &nothing);
    result->verdict = VERDICT_TLE;
    result->message = pod_strf(
        "%s time %.2f s of %.2f s, the median of %zu runs", is_cpu ? "CPU" : "wall",
        (double)(is_cpu ? taken.cpu_ns : taken.wall_ns) / 1e9,
        (double)(is_cpu ? limits->cpu_ns : limits->wall_ns) / 1e9, state->timing.count);
}

static void add_notes(const struct state *state)
{
    struct case_result *result = state->result;
    if (state->low < state->high)
        pod_names_add_take(&result->notes,
                           pod_strf("the scores of its runs differ, from %.6g to %.6g: "
                                    "the first one counts",
                                    state->low, state->high));
    if (is_timed(state) || state->timing.count == repeats(state))
        return;
    pod_auto_buf struct pod_buf note = POD_BUF_INIT;
    pod_buf_puts(&note, "near a limit, so it was run again: CPU and wall time");
    for (size_t i = 0; i < state->timing.count; i++)
        pod_buf_printf(&note, "%s %.2f and %.2f s", i ? "," : "",
                       (double)state->timing.samples[i].cpu_ns / 1e9,
                       (double)state->timing.samples[i].wall_ns / 1e9);
    pod_names_add(&result->notes, note.data);
}

/* One run is told by its own times. */
static void finish(struct state *state)
{
    if (state->timing.count == 1)
        return;
    judge_times(state);
    add_notes(state);
    if (!is_timed(state))
        return;
    state->timing.level_ns = *state->series->level_ns;
    state->timing.warmup = (int64_t)warmup(state);
    timing_summarise(&state->timing);
    if (state->timing.quiet < state->series->plan.repeats)
        pod_names_add_take(
            &state->result->notes,
            pod_strf("the machine was quiet in %lld of %zu runs, not in %lld "
                     "as wanted: see podium doctor",
                     (long long)state->timing.quiet, state->timing.count,
                     (long long)state->series->plan.repeats));
    state->result->timing = state->timing;
    state->timing = (struct timing)TIMING_INIT;
}

bool series_run(const struct series *series, struct case_result *result,
                struct pod_error *err)
{
    struct state state = {.series = series,
                          .result = result,
                          .probes_left = SERIES_PROBES * series->plan.repeats};
    bool done = do_run(&state, 0, result, err);
    for (size_t i = 1; done && !state.is_decided && needs_more(&state); i++)
        done = run_again(&state, i, err);
    if (done && !state.is_decided)
        finish(&state);
    timing_release(&state.timing);
    return done;
}
