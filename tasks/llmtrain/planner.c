#include "planner.h"

#include "cost.h"

#include <string.h>

/* Stages are added in the order of pods, each for tp chips. */
static bool add_stages(struct group *group, int pod, int tp, int stages)
{
    for (int i = 0; i < stages; i++) {
        if (group->stage_count == PLAN_STAGES)
            return false;
        group->stages[group->stage_count++] =
            (struct stage){.pod = pod, .tp = tp, .recompute = RECOMPUTE_FULL};
    }
    return true;
}

/* Seconds that a layer takes on the stage, and the logits. */
static void time_stage(const struct instance *instance, const struct stage *stage,
                       double *layer, double *logits)
{
    const struct work work = {instance_chip(instance, stage->pod), &instance->model,
                              stage->tp, 1, true};
    const struct layer_cost cost = cost_layer(&work);
    *layer =
        2 * (cost.forward + cost.forward_traffic) + cost.backward + cost.backward_traffic;
    *logits = 3 * cost_logits(&work);
}

/* Every stage one layer, then each next one to the stage that is then still fastest. */
static bool split_layers(const struct instance *instance, struct group *group)
{
    double layer[PLAN_STAGES], total[PLAN_STAGES], logits = 0;
    if (instance->model.layers < group->stage_count)
        return false;
    for (int i = 0; i < group->stage_count; i++) {
        time_stage(instance, &group->stages[i], &layer[i], &logits);
        group->stages[i].layers = 1;
        total[i] = 2 * layer[i]; /* with one layer more */
    }
    total[group->stage_count - 1] += logits;
    for (int left = instance->model.layers - group->stage_count; left > 0; left--) {
        int best = 0;
        for (int i = 1; i < group->stage_count; i++) {
            if (total[i] < total[best])
                best = i;
        }
        group->stages[best].layers++;
        total[best] += layer[best];
    }
    return true;
}

/* The plan of this group alone, with as many micro-batches as the batch needs. */
static bool try_group(const struct instance *instance, struct group *group,
                      struct plan *plan, double *step_s)
{
    struct task_error ignored = TASK_ERROR_INIT; /* a plan that does not fit */
    struct evaluation evaluation;
    group->microbatch = group->virtual = 1;
    group->microbatches = (instance->batch + group->count - 1) / group->count;
    if (!split_layers(instance, group))
        return false;
    *plan = (struct plan){.zero1 = true, .group_count = 1};
    plan->groups[0] = *group;
    if (!evaluate(instance, plan, &evaluation, &ignored))
        return false;
    *step_s = evaluation.step_s;
    return true;
}

static bool plan_pod(const struct instance *instance, int pod, struct plan *plan,
                     double *step_s)
{
    const struct model *model = &instance->model;
    int tp = instance_chip(instance, pod)->host;
    while (model->heads % tp != 0 || model->hidden % tp != 0)
        tp /= 2;
    const int places = instance_pod_chips(instance, pod) / tp;
    for (int stages = 1; stages <= places && stages <= PLAN_STAGES; stages++) {
        struct group group = {.count = places / stages};
        if (group.count > instance->batch)
            group.count = instance->batch;
        if (add_stages(&group, pod, tp, stages) &&
            try_group(instance, &group, plan, step_s))
            return true;
    }
    return false;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* One pipeline, up to `stages` stages of up to tp chips in each pod. */
static bool plan_all(const struct instance *instance, int tp, int stages, struct plan *plan,
                     double *step_s)
{
    struct group group = {.count = 1};
    for (int pod = 0; pod < instance->pod_count; pod++) {
        const int own = least(tp, instance_chip(instance, pod)->host);
        const int places = instance_pod_chips(instance, pod) / own;
        if (!add_stages(&group, pod, own, least(stages, places)))
            return false;
    }
    return try_group(instance, &group, plan, step_s);
}

bool planner_trivial(const struct instance *instance, struct plan *plan, double *step_s)
{
    bool is_found = false;
    for (int pod = 0; pod < instance->pod_count; pod++) {
        struct plan tried;
        double tried_s = 0;
        if (plan_pod(instance, pod, &tried, &tried_s) && (!is_found || tried_s < *step_s)) {
            *plan = tried;
            *step_s = tried_s;
            is_found = true;
        }
    }
    for (int tp = 16; !is_found && tp >= 1; tp /= 2) {
        for (int stages = 1; !is_found && stages <= 16; stages *= 2)
            is_found = plan_all(instance, tp, stages, plan, step_s);
    }
    return is_found;
}

double planner_bound(const struct instance *instance)
{
    double speed = 0;
    for (int pod = 0; pod < instance->pod_count; pod++) {
        const struct chip *chip = instance_chip(instance, pod);
        speed += chip->peak * chip->emax * chip->sys * instance_pod_chips(instance, pod);
    }
    return cost_flops(&instance->model, instance->batch) / speed;
}
