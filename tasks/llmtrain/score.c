#include "score.h"

#include "evaluate.h"
#include "package.h"
#include "sdk/exact.h"
#include "sdk/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the verdict's strings point into. */
struct kept {
    struct instance instance;
    struct reference reference;
};

static const double PENALTY = 4; /* times the trivial plan's time, for one that is none */

double score_raw(double step_s, double trivial_s, double bound_s)
{
    return task_log(trivial_s / step_s) / task_log(trivial_s / bound_s);
}

static bool read_plan(const char *folder, struct plan *plan, struct task_error *err)
{
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    if (!task_file_read_hostile(folder, "plan.json", PLAN_BYTES, &bytes, err))
        return false;
    return plan_parse(bytes.length ? bytes.data : "", bytes.length, plan, err) ||
           task_wrap(err, "plan.json");
}

static double fullest(const struct plan *plan, const struct evaluation *evaluation)
{
    double share = 0;
    for (int g = 0; g < plan->group_count; g++) {
        for (int i = 0; i < plan->groups[g].stage_count; i++) {
            const struct stage_result *stage = &evaluation->stages[g][i];
            const double own = stage->memory_bytes / stage->limit_bytes;
            share = own > share ? own : share;
        }
    }
    return share;
}

static double share_used(const struct instance *instance, const struct plan *plan)
{
    double used = 0, all = 0;
    for (int g = 0; g < plan->group_count; g++) {
        for (int i = 0; i < plan->groups[g].stage_count; i++)
            used += (double)plan->groups[g].count * plan->groups[g].stages[i].tp;
    }
    for (int p = 0; p < instance->pod_count; p++)
        all += instance_pod_chips(instance, p);
    return used / all;
}

static void fill(const struct kept *kept, double step_s, struct task_verdict *verdict)
{
    const struct reference *reference = &kept->reference;
    verdict->raw = score_raw(step_s, reference->trivial_s, reference->bound_s);
    verdict->score = 100 * verdict->raw;
    verdict->unit = "ln(trivial/step) / ln(trivial/bound)";
    task_verdict_metric(verdict, "step_s", step_s);
    task_verdict_metric(verdict, "trivial_s", reference->trivial_s);
    task_verdict_metric(verdict, "bound_s", reference->bound_s);
    task_verdict_metric(verdict, "bound_over_step", reference->bound_s / step_s);
    verdict->items = task_alloc(1, sizeof *verdict->items);
    verdict->item_count = 1;
    verdict->items[0] =
        (struct task_item){kept->instance.name, reference->group, verdict->raw};
}

static bool evaluate_output(const struct task_score *job, const struct kept *kept,
                            struct task_error *err)
{
    struct plan plan;
    struct evaluation evaluation;
    struct task_verdict *verdict = job->verdict;
    if (!read_plan(job->output_dir, &plan, err))
        return false;
    if (!evaluate(&kept->instance, &plan, &evaluation, err))
        return task_wrap(err, "plan.json");
    fill(kept, evaluation.step_s, verdict);
    task_verdict_metric(verdict, "pipeline_s", evaluation.pipeline_s);
    task_verdict_metric(verdict, "sync_s", evaluation.sync_s);
    task_verdict_metric(verdict, "optimizer_s", evaluation.optimizer_s);
    task_verdict_metric(verdict, "fullest_memory", fullest(&plan, &evaluation));
    task_verdict_metric(verdict, "chips_used", share_used(&kept->instance, &plan));
    return true;
}

bool score_plan(const struct task_score *job, struct task_error *err)
{
    struct kept *kept = task_alloc(1, sizeof *kept);
    job->verdict->keeper = kept;
    job->verdict->keeper_free = free;
    if (!package_load(job->case_dir, &kept->instance, &kept->reference, err))
        return false;
    if (evaluate_output(job, kept, err))
        return true;
    if (err->fault != TASK_ENTRY || !job->is_lenient)
        return false;
    fill(kept, PENALTY * kept->reference.trivial_s, job->verdict);
    task_buf_escaped(&job->verdict->message, err->message, strlen(err->message), SIZE_MAX);
    *err = (struct task_error)TASK_ERROR_INIT;
    return true;
}

static bool print_evaluation(const char *const files[2], bool is_json,
                             struct task_error *err)
{
    struct instance instance;
    struct plan plan;
    struct evaluation evaluation;
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    if (!instance_load(files[0], &instance, err) ||
        !task_file_read(files[1], PLAN_BYTES, &bytes, err))
        return false;
    if (!plan_parse(bytes.length ? bytes.data : "", bytes.length, &plan, err) ||
        !evaluate(&instance, &plan, &evaluation, err))
        return task_wrap(err, "\"%s\"", files[1]);
    if (is_json)
        evaluation_dump(&plan, &evaluation, &text);
    else
        evaluation_print(&instance, &plan, &evaluation, &text);
    bool done = fwrite(text.data, 1, text.length, stdout) == text.length;
    return (done && fflush(stdout) == 0) || task_fail_errno(err, TASK_HOST, "cannot print");
}

bool score_evaluate(int argc, char **argv, struct task_error *err)
{
    const bool is_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    if (argc != 3 + is_json)
        return task_fail(err, TASK_USAGE, "usage: llmtrain evaluate " SCORE_EVALUATE_USAGE);
    const char *const files[] = {argv[1 + is_json], argv[2 + is_json]};
    if (print_evaluation(files, is_json, err))
        return true;
    if (err->fault == TASK_ENTRY || err->fault == TASK_PACKAGE)
        err->fault = TASK_USAGE; /* here both files are the caller's words */
    return false;
}
