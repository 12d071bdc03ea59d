#include "memory.h"

static const double WEIGHT_BYTES = 2, STATE_BYTES = 12, LOGIT_BYTES = 6;

struct work site_work(const struct site *site)
{
    return (struct work){.chip = instance_chip(site->instance, site->stage->pod),
                         .model = &site->instance->model,
                         .tp = site->stage->tp,
                         .microbatch = site->group->microbatch,
                         .has_sequence_split = true};
}

double memory_activation(const struct work *work, enum recompute recompute)
{
    const struct model *model = work->model;
    const double s = model->seq, split = work->has_sequence_split ? work->tp : 1;
    const double unit = s * work->microbatch * model->hidden;
    if (recompute == RECOMPUTE_FULL)
        return 2 * unit / split;
    const double width = model->ffn / (4.0 * model->hidden) * (model->gated ? 1.5 : 1);
    const double base = unit * (10 / split + (8 + 16 * width) / work->tp);
    if (recompute == RECOMPUTE_SELECTIVE || work->chip->fa > 0)
        return base;
    return base + 5.0 * model->heads * s * s * work->microbatch / work->tp;
}

static bool is_first(const struct site *site)
{
    return site->index == 0;
}

static bool is_last(const struct site *site)
{
    return site->index == site->group->stage_count - 1;
}

double memory_parameters(const struct site *site)
{
    const struct model *model = &site->instance->model;
    double parameters = site->stage->layers * cost_layer_parameters(model);
    if (is_first(site) || is_last(site))
        parameters += cost_embedding_parameters(model);
    return parameters / site->stage->tp;
}

double memory_shard(const struct site *site)
{
    const struct model *model = &site->instance->model;
    const int *replicas = site->holding->replicas[site->stage->pod] + site->first_layer;
    double shard = 0;
    if (!site->plan->zero1)
        return memory_parameters(site);
    for (int l = 0; l < site->stage->layers; l++)
        shard += cost_layer_parameters(model) / replicas[l];
    if (is_first(site))
        shard += cost_embedding_parameters(model) / replicas[0];
    else if (is_last(site))
        shard += cost_embedding_parameters(model) / replicas[site->stage->layers - 1];
    return shard / site->stage->tp;
}

/* Micro-batches whose activations the stage holds at once. Interleaved: warm-up and one,
 * in chunks, of which each has a part of the stage's layers. */
static int in_flight(const struct site *site)
{
    const struct group *group = site->group;
    const int p = group->stage_count, v = group->virtual, after = p - site->index;
    const int chunks = 2 * (after - 1) + (v - 1) * p + 1;
    const int held = v == 1 ? after : (chunks + v - 1) / v;
    return held < group->microbatches ? held : group->microbatches;
}

double memory_stage(const struct site *site)
{
    const struct work work = site_work(site);
    const struct stage *stage = site->stage;
    const double state =
        memory_parameters(site) * (WEIGHT_BYTES + site->instance->grad_bytes) +
        memory_shard(site) * STATE_BYTES;
    double activations =
        memory_activation(&work, stage->recompute) * stage->layers * in_flight(site);
    if (stage->recompute == RECOMPUTE_FULL) /* the layer that is being done again */
        activations += memory_activation(&work, RECOMPUTE_NONE);
    if (is_last(site))
        activations +=
            LOGIT_BYTES * work.microbatch * work.model->seq * work.model->vocab / stage->tp;
    return state + activations;
}
