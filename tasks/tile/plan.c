#include "plan.h"

#include <stdio.h>
#include <string.h>

static const char train_seed[] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* Measured kernels are drawn in excess, because noisy ones are dropped. The shifted parts
 * have dimensions from twice the range and one family that nobody could train on. */
static const struct plan_part parts[] = {
    {"cpu", "train", 144, 0, 6, {1000000, 6000000, 100, 32}},
    {"cpu", "public", 60, 0, 6, {1000000, 6000000, 100, 32}},
    {"cpu", "hidden", 120, 0, 6, {1000000, 6000000, 100, 32}},
    {"cpu", "shifted", 60, 0, 7, {6000000, 24000000, 200, 32}},
    {"sim", "train", 150, 0, 6, {100000, 1000000, 50, 40}},
    {"sim", "public", 60, 0, 6, {100000, 1000000, 50, 40}},
    {"sim", "hidden", 80, 0, 6, {100000, 1000000, 50, 40}},
    {"sim", "shifted", 40, 0, 7, {1000000, 4000000, 100, 40}},
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
