#include "plan.h"

#include <stdio.h>
#include <string.h>

/* Defined by a test that compiles the generator without optimisation: every part then has
 * one kernel of so many. */
#ifndef PLAN_SHARE
#define PLAN_SHARE 1
#endif

static const char train_seed[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

#define SHARE(kernels) ((kernels) / PLAN_SHARE)

/* Measured kernels are drawn in excess, because noisy ones are dropped. The shifted parts
 * have dimensions from twice the range and one family that nobody could train on. */
static const struct plan_part parts[] = {
    {"cpu", "train", SHARE(108), 0, 6, {1000000, 8000000, 100, 96}},
    {"cpu", "public", SHARE(48), 0, 6, {1000000, 8000000, 100, 96}},
    {"cpu", "hidden", SHARE(72), 0, 6, {1000000, 8000000, 100, 96}},
    {"cpu", "shifted", SHARE(35), 0, 7, {8000000, 32000000, 200, 96}},
    {"sim", "train", SHARE(102), 0, 6, {100000, 1000000, 50, 96}},
    {"sim", "public", SHARE(48), 0, 6, {100000, 1000000, 50, 96}},
    {"sim", "hidden", SHARE(60), 0, 6, {100000, 1000000, 50, 96}},
    {"sim", "shifted", SHARE(28), 0, 7, {1000000, 4000000, 100, 96}},
};

const struct plan_part *plan_part(const char *collection, const char *split)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].collection, collection) == 0 &&
            strcmp(parts[i].split, split) == 0)
            return &parts[i];
    return NULL;
}

void plan_draw(const struct plan_part *part, const char *seed, int index,
               struct tile_sample *sample)
{
    struct task_rng rng;
    const struct task_stream stream = {
        .seed = strcmp(part->split, "train") == 0 ? train_seed : seed,
        .task = "tile",
        .version = PLAN_VERSION,
        .split = part->split,
        .purpose = part->collection,
        .index = (uint64_t)index,
    };

    memset(sample, 0, sizeof *sample);
    memcpy(sample->split, part->split, strlen(part->split) + 1);
    task_rng_init(&rng, &stream);
    draw_kernel(&rng, part->first_family + index % part->families, &part->scale,
                &sample->kernel);
    sample->configs = draw_configs(&rng, &sample->kernel, &part->scale, sample->config);
}
