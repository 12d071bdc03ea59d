#include "engine/series.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(series, .timeout = 20);

/* What a run does; the limits are 100 ns of CPU and 1000 ns of wall time. */
struct act {
    enum verdict launched, scored;
    int64_t cpu_ns, wall_ns;
    double score;
    bool is_idle;
    bool is_broken; /* the host fails */
};

struct play {
    const struct act *acts;
    size_t count;
    const int64_t
        *references; /* what the reference takes, the last one for ever; NULL: 10 */
    size_t reference_count, taken;
    int64_t level_ns;
    char calls[512]; /* R: reference, L0: launch of run 0, S0: its scoring */
};

static void note(struct play *play, char what, size_t index)
{
    size_t length = strlen(play->calls);
    (void)snprintf(play->calls + length, sizeof play->calls - length, "%c%zu ", what,
                   index);
}

static bool launch(void *context, size_t index, struct case_result *result,
                   struct pod_error *err)
{
    struct play *play = context;
    note(play, 'L', index);
    cr_assert_lt(index, play->count, "a run too many: %s", play->calls);
    const struct act *act = &play->acts[index];
    result->verdict = act->launched;
    result->cpu_ns = act->cpu_ns;
    result->wall_ns = act->wall_ns;
    result->memory_bytes = (int64_t)(index + 1);
    result->is_idle = act->is_idle;
    if (act->launched != VERDICT_OK)
        result->message = pod_strdup("it failed");
    return !act->is_broken || pod_fail(err, POD_HOST, "no host");
}

static bool score(void *context, size_t index, struct case_result *result,
                  struct pod_error *err)
{
    struct play *play = context;
    (void)err;
    note(play, 'S', index);
    result->verdict = play->acts[index].scored;
    result->has_score = result->has_raw = result->verdict == VERDICT_OK;
    result->score = play->acts[index].score;
    result->unit = pod_strdup("unit");
    return true;
}

static bool reference(void *context, int64_t *cpu_ns, struct pod_error *err)
{
    struct play *play = context;
    (void)err;
    size_t at =
        play->taken < play->reference_count ? play->taken : play->reference_count - 1;
    size_t length = strlen(play->calls);
    (void)snprintf(play->calls + length, sizeof play->calls - length, "R ");
    play->taken++;
    *cpu_ns = play->references ? play->references[at] : 10;
    return true;
}

static bool perform(struct play *play, struct timing_plan plan, struct case_result *result,
                    struct pod_error *err)
{
    const struct series series = {plan,      {100, 1000}, launch,         score,
                                  reference, play,        &play->level_ns};
    result->task = pod_strdup("task");
    result->case_id = pod_strdup("case");
    return series_run(&series, result, err);
}

/* Plays acts and compares the calls. */
static void play_out(const struct act *acts, size_t count, struct timing_plan plan,
                     const char *calls, struct case_result *result)
{
    struct play play = {.acts = acts, .count = count};
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(perform(&play, plan, result, &err), "%s", err.message);
    cr_expect_str_eq(play.calls, calls);
    cr_expect_str_eq(result->task, "task");
    cr_expect_str_eq(result->case_id, "case");
}

#define OUT(acts) acts, sizeof(acts) / sizeof(acts)[0]

static const struct timing_plan ONCE = {1, 0};

Test(series, a_case_far_from_its_limits_is_run_once)
{
    static const struct act acts[] = {{.cpu_ns = 50, .wall_ns = 60, .score = 1}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    play_out(OUT(acts), ONCE, "L0 S0 ", &result);
    cr_assert_eq(result.verdict, VERDICT_OK);
    cr_assert_eq(result.cpu_ns, 50);
    cr_assert_eq(result.timing.count, 0);
    cr_assert_eq(result.notes.count, 0);
}

Test(series, a_first_run_that_fails_is_the_only_one)
{
    static const struct act dies[] = {{.launched = VERDICT_RTE, .cpu_ns = 95}};
    static const struct act stopped[] = {{.launched = VERDICT_TLE, .cpu_ns = 110}};
    static const struct act rejected[] = {{.scored = VERDICT_WA, .cpu_ns = 95}};
    static const struct timing_plan many = {5, 2};
    case_result_auto struct case_result one = CASE_RESULT_INIT, two = CASE_RESULT_INIT,
                                        three = CASE_RESULT_INIT;
    play_out(OUT(dies), ONCE, "L0 ", &one);
    cr_expect_eq(one.verdict, VERDICT_RTE);
    play_out(OUT(stopped), many, "R R R L0 ", &two);
    cr_expect_eq(two.verdict, VERDICT_TLE);
    play_out(OUT(rejected), many, "R R R L0 R S0 ", &three);
    cr_expect_eq(three.verdict, VERDICT_WA);
    cr_expect_eq(three.timing.count, 0);
}

/* By hand: the level is (12 + 10 + 11) / 3 = 11, and from the fourth reference on
 * (10 + 11 + 11) / 3 = 10. The runs' neighbours are 11 and 10, 10 and 11, 11 and 11, whose
 * means, cut, are 10, 10 and 11: ratios 2, 5.5 and 3, mean 3.5. */
Test(series, repeats_stand_between_runs_of_the_reference)
{
    static const struct act acts[] = {{.cpu_ns = 90, .wall_ns = 990},
                                      {.cpu_ns = 20, .wall_ns = 7},
                                      {.cpu_ns = 55, .wall_ns = 9},
                                      {.cpu_ns = 33, .wall_ns = 8}};
    static const int64_t references[] = {12, 10, 11, 11, 10, 11, 11};
    struct play play = {
        .acts = acts, .count = 4, .references = references, .reference_count = 7};
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert(perform(&play, (struct timing_plan){3, 1}, &result, &err), "%s", err.message);
    cr_assert_str_eq(play.calls, "R R R L0 R S0 L1 R S1 L2 R S2 L3 R S3 ");
    cr_assert_eq(result.timing.count, 3);
    cr_assert_eq(result.timing.warmup, 1);
    cr_assert_eq(result.timing.level_ns, 10);
    cr_assert_eq(result.timing.quiet, 3);
    cr_assert_eq(result.timing.samples[0].reference_ns, 10);
    cr_assert_float_eq(result.timing.ratio, 3.5, 1e-12);
    cr_assert_eq(result.timing.median_ns, 33);
    cr_assert_eq(result.cpu_ns, 33);
    cr_assert_eq(result.wall_ns, 8);
    cr_assert_eq(result.memory_bytes, 4, "the peak of all runs");
    cr_assert_eq(result.notes.count, 0);
}

Test(series, an_entry_that_fails_sometimes_fails)
{
    static const struct act acts[] = {
        {.cpu_ns = 10, .score = 3}, {.cpu_ns = 10, .score = 3}, {.scored = VERDICT_WA}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    play_out(OUT(acts), (struct timing_plan){5, 0}, "R R R L0 R S0 L1 R S1 L2 R S2 ",
             &result);
    cr_assert_eq(result.verdict, VERDICT_WA);
    cr_assert_not(result.has_score);
    cr_assert_eq(result.timing.count, 0);
    cr_assert_eq(result.notes.count, 1);
    cr_assert_str_eq(result.notes.items[0], "the first run went well, and run 3 did not");
}

Test(series, the_first_score_counts_and_others_are_told)
{
    static const struct act acts[] = {{.cpu_ns = 10, .score = 7.5},
                                      {.cpu_ns = 10, .score = 2}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    play_out(OUT(acts), (struct timing_plan){2, 0}, "R R R L0 R S0 L1 R S1 ", &result);
    cr_assert_float_eq(result.score, 7.5, 0);
    cr_assert_str_eq(result.notes.items[0],
                     "the scores of its runs differ, from 2 to 7.5: the first one counts");
}

/* Noise. The level is known: 10, so 11 is quiet and 12 is not. */

Test(series, a_run_waits_until_the_reference_is_quiet)
{
    static const struct act acts[] = {{.cpu_ns = 20}, {.cpu_ns = 20}};
    static const int64_t references[] = {20, 20, 20, 30, 11, 11, 10};
    struct play play = {.acts = acts,
                        .count = 2,
                        .references = references,
                        .reference_count = 7,
                        .level_ns = 10};
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert(perform(&play, (struct timing_plan){2, 0}, &result, &err), "%s", err.message);
    cr_assert_str_eq(play.calls, "R R R R R L0 R S0 L1 R S1 ");
}

Test(series, runs_in_noise_are_made_again_and_kept)
{
    static const struct act acts[] = {
        {.cpu_ns = 30}, {.cpu_ns = 90}, {.cpu_ns = 31}, {.cpu_ns = 29}};
    /* Mean 10, then 20 of 10 and 30, then 10 and 10. */
    static const int64_t references[] = {10, 10, 10, 10, 30, 10};
    struct play play = {
        .acts = acts, .count = 4, .references = references, .reference_count = 6};
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert(perform(&play, (struct timing_plan){3, 0}, &result, &err), "%s", err.message);
    cr_assert_str_eq(play.calls, "R R R L0 R S0 L1 R S1 R L2 R S2 L3 R S3 ");
    cr_assert_eq(result.timing.count, 4);
    cr_assert_eq(result.timing.quiet, 3);
    cr_assert_float_eq(result.timing.ratio, 3, 1e-12, "30, 31 and 29 over 10");
    cr_assert_eq(result.notes.count, 0);
}

/* Three runs for each that is wanted, and 20 probes for each. */
Test(series, a_machine_that_is_never_quiet_is_told)
{
    static const struct act acts[6] = {{.cpu_ns = 20}, {.cpu_ns = 20}, {.cpu_ns = 20},
                                       {.cpu_ns = 20}, {.cpu_ns = 20}, {.cpu_ns = 20}};
    static const int64_t references[] = {20};
    struct play play = {.acts = acts,
                        .count = 6,
                        .references = references,
                        .reference_count = 1,
                        .level_ns = 10};
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert(perform(&play, (struct timing_plan){2, 0}, &result, &err), "%s", err.message);
    cr_assert_eq(play.taken, 3 + 40 + 6);
    cr_assert_eq(play.level_ns, 10, "what is known stays");
    cr_assert_eq(result.timing.count, 6);
    cr_assert_eq(result.timing.quiet, 0);
    cr_assert_float_eq(result.timing.ratio, 1, 1e-12);
    cr_assert_str_eq(result.notes.items[0],
                     "the machine was quiet in 0 of 6 runs, not in 2 as wanted: see podium "
                     "doctor");
}

/* Near a limit. */

Test(series, two_runs_on_one_side_of_a_limit_are_enough)
{
    static const struct act below[] = {{.cpu_ns = 92}, {.cpu_ns = 88}};
    static const struct act above[] = {{.cpu_ns = 104}, {.cpu_ns = 106}};
    case_result_auto struct case_result good = CASE_RESULT_INIT, bad = CASE_RESULT_INIT;
    play_out(OUT(below), ONCE, "L0 S0 L1 S1 ", &good);
    cr_assert_eq(good.verdict, VERDICT_OK);
    cr_assert_eq(good.cpu_ns, 90);
    cr_assert_eq(good.timing.count, 0, "there was no reference");
    cr_assert_eq(good.notes.count, 1);
    play_out(OUT(above), ONCE, "L0 S0 L1 S1 ", &bad);
    cr_assert_eq(bad.verdict, VERDICT_TLE);
    cr_assert_eq(bad.cpu_ns, 105);
    cr_assert_not(bad.has_score || bad.has_raw);
    cr_assert_null(bad.unit);
    cr_assert_str_eq(bad.message, "CPU time 0.00 s of 0.00 s, the median of 2 runs");
}

Test(series, the_median_of_three_decides_between_two_that_differ)
{
    static const struct act good[] = {{.cpu_ns = 104}, {.cpu_ns = 96}, {.cpu_ns = 98}};
    static const struct act bad[] = {
        {.wall_ns = 990}, {.wall_ns = 1050}, {.wall_ns = 1010}};
    case_result_auto struct case_result one = CASE_RESULT_INIT, two = CASE_RESULT_INIT;
    play_out(OUT(good), ONCE, "L0 S0 L1 S1 L2 S2 ", &one);
    cr_assert_eq(one.verdict, VERDICT_OK);
    cr_assert_eq(one.cpu_ns, 98);
    play_out(OUT(bad), ONCE, "L0 S0 L1 S1 L2 S2 ", &two);
    cr_assert_eq(two.verdict, VERDICT_TLE);
    cr_assert_eq(two.wall_ns, 1010);
    cr_assert(strncmp(two.message, "wall time", 9) == 0, "%s", two.message);
}

/* It has no output and no score, but a time; one that only waited is no slow run. */
Test(series, a_later_run_that_is_stopped_is_a_long_one)
{
    static const struct act slow[] = {
        {.cpu_ns = 96}, {.launched = VERDICT_TLE, .cpu_ns = 110}, {.cpu_ns = 97}};
    static const struct act hung[] = {
        {.cpu_ns = 96},
        {.launched = VERDICT_TLE, .cpu_ns = 1, .wall_ns = 1100, .is_idle = true}};
    case_result_auto struct case_result one = CASE_RESULT_INIT, two = CASE_RESULT_INIT;
    play_out(OUT(slow), ONCE, "L0 S0 L1 L2 S2 ", &one);
    cr_assert_eq(one.verdict, VERDICT_OK);
    cr_assert_eq(one.cpu_ns, 97);
    play_out(OUT(hung), ONCE, "L0 S0 L1 ", &two);
    cr_assert_eq(two.verdict, VERDICT_TLE);
    cr_assert(two.is_idle);
}

Test(series, repeats_near_a_limit_are_at_least_three)
{
    static const struct act acts[] = {
        {.cpu_ns = 50}, {.cpu_ns = 104}, {.cpu_ns = 96}, {.cpu_ns = 102}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    play_out(OUT(acts), (struct timing_plan){2, 1},
             "R R R L0 R S0 L1 R S1 L2 R S2 L3 R S3 ", &result);
    cr_assert_eq(result.verdict, VERDICT_TLE);
    cr_assert_eq(result.cpu_ns, 102);
    cr_assert_eq(result.timing.count, 3, "what was measured is told");
}

Test(series, a_fault_of_the_host_ends_it)
{
    static const struct act acts[] = {{.cpu_ns = 10}, {.is_broken = true}};
    struct play play = {.acts = acts, .count = 2};
    struct pod_error err = POD_ERROR_INIT;
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    cr_assert_not(perform(&play, (struct timing_plan){3, 0}, &result, &err));
    cr_assert_eq(err.fault, POD_HOST);
}

Test(series, a_later_run_that_was_late_within_the_limits_decides)
{
    static const struct act acts[] = {
        {.cpu_ns = 50, .wall_ns = 60, .score = 1},
        {.launched = VERDICT_TLE, .cpu_ns = 40, .wall_ns = 50}};
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    play_out(OUT(acts), (struct timing_plan){3, 0}, "R R R L0 R S0 L1 ", &result);
    cr_assert_eq(result.verdict, VERDICT_TLE);
}
