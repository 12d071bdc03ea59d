#include "pipeline.h"

#include "base/fs.h"
#include "base/json.h"
#include "launch.h"
#include "scorer.h"
#include "stage.h"

#include <stdlib.h>

/* Where in the pipeline one entry is. */
struct passage {
    const struct rules *rules;
    const struct unpacked *unpacked;
    struct staged staged;
};

static bool score(const struct passage *passage, const struct plan_job *job,
                  const char *run, struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *output = pod_path_join(run, "out");
    pod_auto_free char *log = pod_path_join(run, "scorer.log");
    const struct scorer_job scorer = {
        .options = &passage->rules->options,
        .set = job->set,
        .one = job->one,
        .output = output,
        .log = log,
    };
    return scorer_run(&scorer, result, err);
}

static bool run_case(const struct passage *passage, const struct plan_job *job,
                     const char *run, struct case_result *result, struct pod_error *err)
{
    if (passage->staged.problem != NULL) {
        result->verdict = VERDICT_CE;
        result->message = pod_strdup(passage->staged.problem);
        return true;
    }
    const struct launch_job launch = {
        .place = passage->rules->place,
        .options = &passage->rules->options,
        .set = job->set,
        .one = job->one,
        .staged = passage->staged.folder,
        .run = run,
    };
    if (!launch_case(&launch, &job->command->run, result, err))
        return false;
    return result->verdict != VERDICT_OK || score(passage, job, run, result, err);
}

static bool write_result(const char *run, const struct case_result *result,
                         struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(run, "result.json");
    pod_auto_json json_t *value = case_result_to_json(result, err);
    return value != NULL && pod_json_write(path, value, err);
}

static bool run_job(const struct passage *passage, const struct plan_job *job,
                    pipeline_report report, void *context, struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup(job->set->task.id);
    result.case_id = pod_strdup(job->one->id);
    result.key = job->key;
    pod_auto_free char *run = pod_strf("%s/cases/%s", passage->unpacked->run, job->one->id);
    if (!pod_dir_remove(run, err) || !pod_dir_make(run, err) ||
        !run_case(passage, job, run, &result, err) || !write_result(run, &result, err))
        return pod_wrap(err, "case '%s'", job->one->id);
    return report(context, &result, err);
}

bool pipeline_run(const struct rules *rules, const struct unpacked *unpacked,
                  const struct plan *plan, pipeline_report report, void *context,
                  struct pod_error *err)
{
    struct passage passage = {.rules = rules, .unpacked = unpacked};
    bool done = stage_entry(&passage.staged, rules->place, unpacked, &rules->options, err);
    for (size_t i = 0; done && i < plan->count; i++)
        done = run_job(&passage, &plan->jobs[i], report, context, err);
    staged_release(&passage.staged);
    return done;
}
