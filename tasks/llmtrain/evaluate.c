#include "evaluate.h"

#include "memory.h"
#include "pipe.h"
#include "sync.h"

#include <math.h>
#include <stdint.h>

/* Pipelines that cross between two regions, in either direction. */
struct crossings {
    int64_t count[INSTANCE_REGIONS][INSTANCE_REGIONS];
};

/* Bytes that the optimiser reads and writes for a parameter. */
static const double OPTIMIZER_BYTES = 28;

static int region_of(const struct instance *instance, const struct stage *stage)
{
    return instance->pods[stage->pod].region;
}

/* The stage that the stage's output goes to, or NULL. */
static const struct stage *next_stage(const struct group *group, int index)
{
    if (index + 1 < group->stage_count)
        return &group->stages[index + 1];
    return group->virtual > 1 ? &group->stages[0] : NULL;
}

static void count_crossings(const struct instance *instance, const struct plan *plan,
                            struct crossings *crossings)
{
    *crossings = (struct crossings){0};
    for (int g = 0; g < plan->group_count; g++) {
        const struct group *group = &plan->groups[g];
        for (int i = 0; i < group->stage_count; i++) {
            const struct stage *to = next_stage(group, i);
            const int a = region_of(instance, &group->stages[i]);
            const int b = to ? region_of(instance, to) : a;
            if (a == b)
                continue;
            crossings->count[a][b] += group->count;
            crossings->count[b][a] += group->count;
        }
    }
}

static void set_hop(const struct site *site, const struct crossings *crossings,
                    struct pipe *pipe)
{
    const struct instance *instance = site->instance;
    const struct stage *from = site->stage, *to = next_stage(site->group, site->index);
    pipe->delay[site->index] = pipe->busy[site->index] = 0;
    if (!to)
        return;
    const struct chip *chip = instance_chip(instance, from->pod);
    const int a = region_of(instance, from), b = region_of(instance, to);
    double way = fmin(chip->nic * from->tp, instance_chip(instance, to->pod)->nic * to->tp);
    double latency = chip->na;
    if (a != b) {
        way = fmin(way, instance->bandwidth[a][b] / (double)crossings->count[a][b]);
        latency = instance->latency[a][b];
    } else if (from->pod != to->pod) {
        latency += instance->latency[a][a];
    }
    const double bytes =
        2.0 * site->group->microbatch * instance->model.seq * instance->model.hidden;
    pipe->busy[site->index] = bytes / way;
    pipe->delay[site->index] = latency + pipe->busy[site->index];
}

static void set_passes(const struct site *site, struct pipe *pipe)
{
    const struct work work = site_work(site);
    const struct layer_cost cost = cost_layer(&work);
    const double layers = (double)site->stage->layers / site->group->virtual;
    const double forward = cost.forward + cost.forward_traffic;
    double backward = cost.backward + cost.backward_traffic;
    if (site->stage->recompute == RECOMPUTE_FULL)
        backward += forward;
    else if (site->stage->recompute == RECOMPUTE_SELECTIVE && work.chip->fa <= 0)
        backward += cost.attention;
    pipe->forward[site->index] = layers * forward;
    pipe->backward[site->index] = layers * backward;
    if (site->index == site->group->stage_count - 1) {
        const double logits = cost_logits(&work) / site->group->virtual;
        pipe->forward[site->index] += logits;
        pipe->backward[site->index] += 2 * logits;
    }
}

static bool check_memory(const struct site *site, struct stage_result *result,
                         struct task_error *err)
{
    const struct chip *chip = instance_chip(site->instance, site->stage->pod);
    result->memory_bytes = memory_stage(site);
    result->limit_bytes = MEMORY_SHARE * chip->mem;
    if (result->memory_bytes <= result->limit_bytes)
        return true;
    return task_fail(err, TASK_ENTRY,
                     "stages[%d]: out of memory: needs %.1f GB on each chip of pod %d; %s "
                     "has %.1f GB of which %.1f GB may be used",
                     site->index, result->memory_bytes / 1e9, site->stage->pod, chip->name,
                     chip->mem / 1e9, result->limit_bytes / 1e9);
}

static bool check_all_memory(const struct instance *instance, const struct plan *plan,
                             const struct holding *holding, struct evaluation *evaluation,
                             struct task_error *err)
{
    for (int g = 0; g < plan->group_count; g++) {
        struct site site = site_first(instance, plan, holding, g);
        do {
            if (!check_memory(&site, &evaluation->stages[g][site.index], err))
                return task_wrap(err, "groups[%d]", g);
        } while (site_next(&site));
    }
    return true;
}

/* Runs the group's pipeline; its layers are ready when the slowest holder is. */
static void run_group(struct site site, const struct crossings *crossings, int g,
                      struct evaluation *evaluation, double *ready)
{
    const struct group *group = site.group;
    struct pipe pipe = {.stages = group->stage_count,
                        .chunks = group->virtual,
                        .microbatches = group->microbatches};
    do {
        struct stage_result *result = &evaluation->stages[g][site.index];
        set_passes(&site, &pipe);
        set_hop(&site, crossings, &pipe);
        result->busy_s = (pipe.forward[site.index] + pipe.backward[site.index]) *
                         group->microbatches * group->virtual;
        result->hop_s = pipe.delay[site.index];
        const double shard = memory_shard(&site);
        const struct chip *chip = instance_chip(site.instance, site.stage->pod);
        evaluation->optimizer_s =
            fmax(evaluation->optimizer_s, shard * OPTIMIZER_BYTES / (chip->hbm * chip->eb));
    } while (site_next(&site));
    evaluation->group_s[g] = pipe_run(&pipe);
    evaluation->pipeline_s = fmax(evaluation->pipeline_s, evaluation->group_s[g]);
    for (int i = 0, layer = 0; i < group->stage_count; i++) {
        for (int k = 0; k < group->stages[i].layers; k++, layer++)
            ready[layer] = fmax(ready[layer], pipe.finish[i]);
    }
}

bool evaluate(const struct instance *instance, const struct plan *plan,
              struct evaluation *evaluation, struct task_error *err)
{
    struct holding holding;
    struct crossings crossings;
    double ready[MODEL_LAYERS] = {0};
    *evaluation = (struct evaluation){0};
    if (!plan_check(instance, plan, err))
        return false;
    holding_fill(&holding, plan);
    if (!check_all_memory(instance, plan, &holding, evaluation, err))
        return false;
    count_crossings(instance, plan, &crossings);
    for (int g = 0; g < plan->group_count; g++)
        run_group(site_first(instance, plan, &holding, g), &crossings, g, evaluation,
                  ready);
    const double summed = sync_run(instance, &holding, ready);
    evaluation->sync_s = fmax(0, summed - evaluation->pipeline_s);
    evaluation->step_s = fmax(summed, evaluation->pipeline_s) + evaluation->optimizer_s;
    return true;
}
