#include "pipeline.h"

#include "base/fs.h"
#include "base/json.h"
#include "launch.h"
#include "scorer.h"
#include "stage.h"

#include <stdlib.h>

static bool score(const struct pipeline *pipeline, const struct plan_job *job,
                  const char *run, struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *output = pod_path_join(run, "out");
    pod_auto_free char *log = pod_path_join(run, "scorer.log");
    const struct scorer_job scorer = {
        .options = &pipeline->rules->options,
        .set = job->set,
        .one = job->one,
        .output = output,
        .log = log,
    };
    return scorer_run(&scorer, result, err);
}

/* Where a job works: the built entry, and a run directory of its own. */
struct bench {
    const struct staged *staged;
    const char *run;
};

static bool run_case(const struct pipeline *pipeline, const struct plan_job *job,
                     const struct bench *bench, struct case_result *result,
                     struct pod_error *err)
{
    if (bench->staged->problem != NULL) {
        result->verdict = VERDICT_CE;
        result->message = pod_strdup(bench->staged->problem);
        return true;
    }
    const struct launch_job launch = {
        .place = pipeline->rules->place,
        .options = &pipeline->rules->options,
        .set = job->set,
        .one = job->one,
        .staged = bench->staged->folder,
        .run = bench->run,
    };
    if (!launch_case(&launch, &job->command->run, result, err))
        return false;
    return result->verdict != VERDICT_OK || score(pipeline, job, bench->run, result, err);
}

static bool write_result(const char *run, const struct case_result *result,
                         struct pod_error *err)
{
    pod_auto_free char *path = pod_path_join(run, "result.json");
    pod_auto_json json_t *value = case_result_to_json(result, err);
    return value != NULL && pod_json_write(path, value, err);
}

static bool run_job(const struct pipeline *pipeline, const struct plan_job *job,
                    const struct staged *staged, struct pod_error *err)
{
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    result.task = pod_strdup(job->set->task.id);
    result.case_id = pod_strdup(job->one->id);
    result.key = job->key;
    pod_auto_free char *run =
        pod_strf("%s/cases/%s/%s", pipeline->unpacked->run, result.task, job->one->id);
    const struct bench bench = {staged, run};
    if (!pod_dir_remove(run, err) || !pod_dir_make(run, err) ||
        !run_case(pipeline, job, &bench, &result, err) || !write_result(run, &result, err))
        return pod_wrap(err, "case '%s'", job->one->id);
    return pipeline->report(pipeline->context, &result, err);
}

bool pipeline_run(const struct pipeline *pipeline, struct pod_error *err)
{
    const struct rules *rules = pipeline->rules;
    struct staged staged;
    bool done =
        stage_entry(&staged, rules->place, pipeline->unpacked, &rules->options, err);
    for (size_t i = 0; done && i < pipeline->plan->count; i++)
        done = run_job(pipeline, &pipeline->plan->jobs[i], &staged, err);
    staged_release(&staged);
    return done;
}
