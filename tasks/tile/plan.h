/* plan.h - which kernels the parts of the two collections have, and their drawing.
 *
 * A part is a table row: collection, split, number of kernels, scale. The kernel at an
 * index of a part depends on the seed, the task's version, split, collection and index
 * alone, so a part can grow without changing what it had. The training part has a fixed
 * seed: it is the same for every public and hidden split of a version, so that a model
 * trained before the deadline stays a model of the data.
 */
#ifndef TILE_PLAN_H
#define TILE_PLAN_H

#include "draw.h"

enum { PLAN_SPLIT_BYTES = 16 };

/* A kernel with its configurations and, once known, their runtimes. */
struct tile_sample {
    char split[PLAN_SPLIT_BYTES]; /* "train", "public", "hidden" or "shifted" */
    struct tile_kernel kernel;
    int configs;
    struct tile_config config[TILE_CONFIGS_MAX];
    int64_t runtime[TILE_CONFIGS_MAX]; /* ns */
};

struct plan_part {
    const char *collection; /* "cpu" or "sim" */
    const char *split;
    int kernels;
    int first_family, families; /* kernel i is of first_family + i % families */
    struct draw_scale scale;
};

#define PLAN_VERSION "1"

/* The part, or NULL: hidden splits have the parts "hidden" and "shifted". */
const struct plan_part *plan_part(const char *collection, const char *split);

/* Draws kernel `index` of the part; runtimes stay 0. seed is not used for "train". */
void plan_draw(const struct plan_part *part, const char *seed, int index,
               struct tile_sample *sample);

#endif
