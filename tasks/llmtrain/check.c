/* plan_check of plan.h. */
#include "plan.h"

#include <stdint.h>

static bool is_power_of_two(int number)
{
    return (number & (number - 1)) == 0;
}

static bool check_stage(const struct instance *instance, const struct group *group,
                        const struct stage *stage, struct task_error *err)
{
    if (stage->pod >= instance->pod_count)
        return task_fail(err, TASK_ENTRY, "pod %d: there are %d, counted from 0",
                         stage->pod, instance->pod_count);
    const struct chip *chip = instance_chip(instance, stage->pod);
    const struct model *model = &instance->model;
    if (!is_power_of_two(stage->tp))
        return task_fail(err, TASK_ENTRY, "tp %d is no power of two", stage->tp);
    if (stage->tp > chip->host)
        return task_fail(err, TASK_ENTRY, "tp %d: a host of pod %d has %d chips", stage->tp,
                         stage->pod, chip->host);
    if (model->heads % stage->tp != 0 || model->hidden % stage->tp != 0)
        return task_fail(err, TASK_ENTRY, "tp %d divides not both heads %d and hidden %d",
                         stage->tp, model->heads, model->hidden);
    if (stage->layers % group->virtual != 0)
        return task_fail(err, TASK_ENTRY, "%d layers are no multiple of virtual %d",
                         stage->layers, group->virtual);
    return true;
}

static bool check_group(const struct instance *instance, const struct group *group,
                        struct task_error *err)
{
    int layers = 0;
    for (int i = 0; i < group->stage_count; i++) {
        if (!check_stage(instance, group, &group->stages[i], err))
            return task_wrap(err, "stages[%d]", i);
        layers += group->stages[i].layers;
    }
    if (layers != instance->model.layers)
        return task_fail(err, TASK_ENTRY, "its stages have %d layers, the model has %d",
                         layers, instance->model.layers);
    if (group->virtual > 1 && group->stage_count < 2)
        return task_fail(err, TASK_ENTRY, "virtual %d needs two stages or more",
                         group->virtual);
    if (group->virtual > 1 && group->microbatches % group->stage_count != 0)
        return task_fail(err, TASK_ENTRY,
                         "virtual %d needs a multiple of %d micro-batches, not %d",
                         group->virtual, group->stage_count, group->microbatches);
    return true;
}

static bool check_chips(const struct instance *instance, const struct plan *plan,
                        struct task_error *err)
{
    int64_t used[INSTANCE_PODS] = {0};
    for (int g = 0; g < plan->group_count; g++) {
        const struct group *group = &plan->groups[g];
        for (int i = 0; i < group->stage_count; i++)
            used[group->stages[i].pod] += (int64_t)group->count * group->stages[i].tp;
    }
    for (int p = 0; p < instance->pod_count; p++) {
        if (used[p] > instance_pod_chips(instance, p))
            return task_fail(err, TASK_ENTRY, "pod %d: %lld chips used of %d", p,
                             (long long)used[p], instance_pod_chips(instance, p));
    }
    return true;
}

static bool check_work(const struct instance *instance, const struct plan *plan,
                       struct task_error *err)
{
    int64_t sequences = 0, operations = 0;
    for (int g = 0; g < plan->group_count; g++) {
        const struct group *group = &plan->groups[g];
        sequences += (int64_t)group->count * group->microbatch * group->microbatches;
        operations +=
            (int64_t)2 * group->stage_count * group->microbatches * group->virtual;
    }
    if (sequences < instance->batch)
        return task_fail(err, TASK_ENTRY, "%lld sequences of a batch of %d",
                         (long long)sequences, instance->batch);
    if (operations > PLAN_OPERATIONS)
        return task_fail(err, TASK_ENTRY,
                         "%lld operations of its pipelines, more than %d: fewer and larger "
                         "micro-batches do",
                         (long long)operations, PLAN_OPERATIONS);
    return true;
}

bool plan_check(const struct instance *instance, const struct plan *plan,
                struct task_error *err)
{
    for (int g = 0; g < plan->group_count; g++) {
        if (!check_group(instance, &plan->groups[g], err))
            return task_wrap(err, "groups[%d]", g);
    }
    return check_chips(instance, plan, err) && check_work(instance, plan, err);
}
