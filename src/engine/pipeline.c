#include "pipeline.h"

#include "base/fs.h"
#include "launch.h"
#include "play.h"
#include "reference.h"
#include "scorer.h"
#include "series.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

/* Where a job works: the built entry, and a run directory of its own. */
struct bench {
    const struct staged *staged;
    const char *run;
    const char *output; /* what is to be scored; set when it is there */
    const char *within; /* the room's output */
    struct room *room;  /* of the entry */
};

/* The scorers of an entry share a sandbox, and so do the runs of the reference. */
struct room {
    struct scorer_room *scorer;
    char *output; /* what it is for; NULL: nobody asked for one yet */
    struct reference *reference;
    int64_t level_ns; /* of the reference */
};

static bool is_dialogue(const struct plan_job *job)
{
    return job->set->task.kind == TASK_INTERACT;
}

static bool score(const struct pipeline *pipeline, const struct plan_job *job,
                  const struct bench *bench, struct case_result *result,
                  struct pod_error *err)
{
    pod_auto_free char *log = pod_path_join(bench->run, "scorer.log");
    pod_auto_names struct pod_names others = POD_NAMES_INIT;
    const struct rules *rules = pipeline->rules;
    /* One file of answers serves all collections; what a command left is for its case. */
    if (job->command->output != NULL)
        cases_list_others(rules->sets, rules->set_count, job->one, &others);
    const struct scorer_job scorer = {
        .options = &rules->options,
        .set = job->set,
        .one = job->one,
        .output = bench->output,
        .within = bench->within,
        .log = log,
        .others = &others,
        .room = bench->room ? bench->room->scorer : NULL,
    };
    return scorer_run(&scorer, result, err);
}

/* The room of this output; NULL: there is none, and err is set if that is a fault. */
static struct room *enter_room(const struct pipeline *pipeline, struct room *room,
                               const char *output, struct pod_error *err)
{
    const struct rules *rules = pipeline->rules;
    if (room->output == NULL) {
        room->output = pod_strdup(output);
        room->scorer = scorer_room_new(&rules->options, rules->sets, rules->set_count,
                                       room->output, err);
    }
    return room->scorer != NULL && strcmp(room->output, output) == 0 ? room : NULL;
}

static bool leave_room(struct room *room, struct pod_error *err)
{
    free(room->output);
    bool done = reference_free(room->reference, err);
    return scorer_room_free(room->scorer, err) && done;
}

/* Answers that came with the entry: nothing is executed. */
static bool score_answers(const struct pipeline *pipeline, const struct plan_job *job,
                          const struct bench *bench, struct case_result *result,
                          struct pod_error *err)
{
    const char *folder = job->command->output;
    if (is_dialogue(job)) {
        result->verdict = VERDICT_WA;
        result->message = pod_strf("output: task '%s' is a dialogue and needs a command",
                                   job->set->task.id);
        return true;
    }
    pod_auto_free char *output = strcmp(folder, ".") == 0
                                     ? pod_strdup(bench->staged->folder)
                                     : pod_path_join(bench->staged->folder, folder);
    result->verdict = VERDICT_OK;
    if (pod_path_is_dir(output)) {
        const struct bench answers = {bench->staged, bench->run, output, "",
                                      enter_room(pipeline, bench->room, output, err)};
        return err->fault == POD_OK && score(pipeline, job, &answers, result, err);
    }
    result->verdict = VERDICT_WA;
    result->message = pod_strf("output: there is no folder '%s' in the entry", folder);
    return true;
}

static char *cases_folder(const struct pipeline *pipeline)
{
    return pod_path_join(pipeline->unpacked->run, "cases");
}

/* What the command left of this case, in the one room for all of them. */
static bool score_left(const struct pipeline *pipeline, const struct plan_job *job,
                       const struct bench *bench, struct case_result *result,
                       struct pod_error *err)
{
    pod_auto_free char *all = cases_folder(pipeline);
    pod_auto_free char *output = pod_path_join(bench->run, "out");
    const struct bench left = {bench->staged, bench->run, output, output + strlen(all),
                               enter_room(pipeline, bench->room, all, err)};
    return err->fault == POD_OK && score(pipeline, job, &left, result, err);
}

/* One case's runs. */
struct turns {
    const struct pipeline *pipeline;
    const struct plan_job *job;
    const struct bench *bench;
};

/* The first run stays to be looked at; what later ones leave is only looked at here. */
static char *turn_folder(const struct turns *turns, size_t index)
{
    return index == 0 ? pod_strdup(turns->bench->run)
                      : pod_path_join(turns->bench->run, "again");
}

static bool launch_turn(void *context, size_t index, struct case_result *result,
                        struct pod_error *err)
{
    const struct turns *turns = context;
    const struct rules *rules = turns->pipeline->rules;
    pod_auto_free char *run = turn_folder(turns, index);
    const struct launch_job launch = {
        .place = rules->place,
        .options = &rules->options,
        .set = turns->job->set,
        .one = turns->job->one,
        .staged = turns->bench->staged->folder,
        .run = run,
    };
    if (index > 0 && !(pod_dir_remove(run, err) && pod_dir_make(run, err)))
        return false;
    return is_dialogue(turns->job)
               ? play_case(&launch, turns->job->command, result, err)
               : launch_case(&launch, &turns->job->command->run, result, err);
}

static bool score_turn(void *context, size_t index, struct case_result *result,
                       struct pod_error *err)
{
    const struct turns *turns = context;
    if (is_dialogue(turns->job))
        return true; /* its environment has judged it */
    pod_auto_free char *run = turn_folder(turns, index);
    struct bench bench = *turns->bench;
    bench.run = run;
    return score_left(turns->pipeline, turns->job, &bench, result, err);
}

static bool take_reference(void *context, int64_t *cpu_ns, struct pod_error *err)
{
    const struct turns *turns = context;
    const struct rules *rules = turns->pipeline->rules;
    struct room *room = turns->bench->room;
    if (room->reference == NULL)
        room->reference = reference_new(rules->place, &rules->options, err);
    return room->reference != NULL && reference_run(room->reference, cpu_ns, err);
}

static bool run_series(const struct turns *turns, struct case_result *result,
                       struct pod_error *err)
{
    const struct rules *rules = turns->pipeline->rules;
    struct turns context = *turns;
    const struct series series = {
        .plan = rules->timing,
        .limits = limit_times(&turns->job->set->task.limits, rules->options.cpu_limit_s),
        .launch = launch_turn,
        .score = score_turn,
        .reference = take_reference,
        .context = &context,
        .level_ns = &turns->bench->room->level_ns,
    };
    pod_auto_free char *again = turn_folder(turns, 1);
    return series_run(&series, result, err) && pod_dir_remove(again, err) &&
           reference_level_write(rules->place, rules->options.cpu, *series.level_ns, err);
}

static bool run_case(const struct pipeline *pipeline, const struct plan_job *job,
                     const struct bench *bench, struct case_result *result,
                     struct pod_error *err)
{
    if (bench->staged->problem != NULL) {
        result->verdict = VERDICT_CE;
        result->message = pod_strdup(bench->staged->problem);
        return true;
    }
    if (job->command->output != NULL)
        return score_answers(pipeline, job, bench, result, err);
    const struct turns turns = {pipeline, job, bench};
    return run_series(&turns, result, err);
}

/* For people to look at: what counts is what is recorded. The two lines as one object, as
 * to print a thousand items once more would take longer than to score them. */
static bool write_result(const char *run, const struct result_lines *lines,
                         struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(run, "result.json");
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    pod_buf_append(&text, lines->summary, strlen(lines->summary) - 1);
    if (lines->items != NULL) {
        pod_buf_puts(&text, ",\n\"items\":");
        pod_buf_puts(&text, lines->items);
    }
    pod_buf_puts(&text, "}\n");
    return pod_file_put(path, text.data, text.length, err);
}

static bool hand_over(const struct pipeline *pipeline, const char *run,
                      const struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *items = NULL;
    pod_auto_free char *summary = case_result_print(result, &items, err);
    const struct result_lines lines = {result, summary, items};
    if (summary == NULL || (run != NULL && !write_result(run, &lines, err)))
        return pod_wrap(err, "case '%s'", result->case_id);
    return pipeline->report(pipeline->context, &lines, err);
}

static char *case_folder(const struct pipeline *pipeline, const struct plan_job *job)
{
    pod_auto_free char *all = cases_folder(pipeline);
    return pod_strf("%s/%s/%s", all, job->set->task.id, job->one->id);
}

/* Where nothing of the entry is executed there is nothing to look at later. A folder and
 * three files for each case would be most of the time of scoring thousands of files. */
static char *scratch(const struct pipeline *pipeline)
{
    pod_auto_free char *runs = place_runs(pipeline->rules->place);
    return pod_strf("%s/.scored-%u", runs, pipeline->rules->options.slot);
}

static bool run_job(const struct pipeline *pipeline, const struct plan_job *job,
                    const struct staged *staged, struct room *room, struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup(job->set->task.id);
    result.case_id = pod_strdup(job->one->id);
    result.key = job->key;
    bool is_executed = job->command->output == NULL;
    pod_auto_free char *run = is_executed ? case_folder(pipeline, job) : scratch(pipeline);
    const struct bench bench = {staged, run, NULL, NULL, room};
    if ((is_executed && !pod_dir_remove(run, err)) || !pod_dir_make(run, err) ||
        !run_case(pipeline, job, &bench, &result, err))
        return pod_wrap(err, "case '%s'", job->one->id);
    return hand_over(pipeline, is_executed ? run : NULL, &result, err);
}

bool pipeline_run(const struct pipeline *pipeline, struct pod_error *err)
{
    const struct rules *rules = pipeline->rules;
    struct staged staged;
    struct room room = {.level_ns = reference_level_load(rules->place, rules->options.cpu)};
    bool done =
        stage_entry(&staged, rules->place, pipeline->unpacked, &rules->options, err);
    for (size_t i = 0; done && i < pipeline->plan->count; i++)
        done = run_job(pipeline, &pipeline->plan->jobs[i], &staged, &room, err);
    done = leave_room(&room, err) && done;
    staged_release(&staged);
    return done;
}
