/* evaluation_print and evaluation_dump of evaluate.h. */
#include "evaluate.h"

static int slowest_group(const struct plan *plan, const struct evaluation *evaluation)
{
    int slowest = 0;
    for (int g = 1; g < plan->group_count; g++) {
        if (evaluation->group_s[g] > evaluation->group_s[slowest])
            slowest = g;
    }
    return slowest;
}

static int busiest_stage(const struct group *group, const struct stage_result *stages)
{
    int busiest = 0;
    for (int i = 1; i < group->stage_count; i++) {
        if (stages[i].busy_s > stages[busiest].busy_s)
            busiest = i;
    }
    return busiest;
}

static void print_stages(const struct instance *instance, const struct group *group,
                         const struct stage_result *results, struct task_buf *out)
{
    task_buf_printf(out, "  stage pod chip      tp layers recompute  busy s    hop ms  "
                         "GB of GB\n");
    for (int i = 0; i < group->stage_count; i++) {
        const struct stage *stage = &group->stages[i];
        task_buf_printf(out, "  %5d %3d %-8s %3d %6d %-9s %8.3f %8.3f %6.1f %5.1f\n", i,
                        stage->pod, instance_chip(instance, stage->pod)->name, stage->tp,
                        stage->layers, recompute_names[stage->recompute], results[i].busy_s,
                        1e3 * results[i].hop_s, results[i].memory_bytes / 1e9,
                        results[i].limit_bytes / 1e9);
    }
}

static void print_binding(const struct plan *plan, const struct evaluation *evaluation,
                          struct task_buf *out)
{
    const int g = slowest_group(plan, evaluation);
    const struct stage_result *stages = evaluation->stages[g];
    const int i = busiest_stage(&plan->groups[g], stages);
    if (evaluation->sync_s > evaluation->pipeline_s)
        task_buf_printf(out, "binding: the sum of the gradients, hidden behind nothing\n");
    task_buf_printf(out,
                    "binding: groups[%d], whose busiest stages[%d] works %.0f %% of "
                    "its %.3f s\n",
                    g, i, 100 * stages[i].busy_s / evaluation->group_s[g],
                    evaluation->group_s[g]);
}

void evaluation_print(const struct instance *instance, const struct plan *plan,
                      const struct evaluation *evaluation, struct task_buf *out)
{
    task_buf_printf(
        out,
        "step %.6f s: pipelines %.6f, gradients' sum not hidden %.6f, optimiser "
        "%.6f\n",
        evaluation->step_s, evaluation->pipeline_s, evaluation->sync_s,
        evaluation->optimizer_s);
    for (int g = 0; g < plan->group_count; g++) {
        const struct group *group = &plan->groups[g];
        task_buf_printf(out,
                        "groups[%d]: %d pipelines, %d micro-batches of %d, virtual %d: "
                        "%.6f s\n",
                        g, group->count, group->microbatches, group->microbatch,
                        group->virtual, evaluation->group_s[g]);
        print_stages(instance, group, evaluation->stages[g], out);
    }
    print_binding(plan, evaluation, out);
}

static void dump_group(const struct group *group, const struct stage_result *stages,
                       struct task_buf *out)
{
    for (int i = 0; i < group->stage_count; i++)
        task_buf_printf(out,
                        "%s{\"memory_bytes\":%.17g,\"limit_bytes\":%.17g,\"busy_s\":%.17g,"
                        "\"hop_s\":%.17g}",
                        i ? ",\n   " : "\n   ", stages[i].memory_bytes,
                        stages[i].limit_bytes, stages[i].busy_s, stages[i].hop_s);
}

void evaluation_dump(const struct plan *plan, const struct evaluation *evaluation,
                     struct task_buf *out)
{
    task_buf_printf(out,
                    "{\"step_s\":%.17g,\"pipeline_s\":%.17g,\"sync_s\":%.17g,"
                    "\"optimizer_s\":%.17g,\"groups\":[",
                    evaluation->step_s, evaluation->pipeline_s, evaluation->sync_s,
                    evaluation->optimizer_s);
    for (int g = 0; g < plan->group_count; g++) {
        task_buf_printf(out, "%s{\"seconds\":%.17g,\"stages\":[", g ? ",\n " : "\n ",
                        evaluation->group_s[g]);
        dump_group(&plan->groups[g], evaluation->stages[g], out);
        task_buf_printf(out, "]}");
    }
    task_buf_printf(out, "]}\n");
}
