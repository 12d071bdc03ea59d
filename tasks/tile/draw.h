/* draw.h - draws kernels and their configurations from a random stream.
 *
 * draw_kernel redraws the dimensions until the work lies within the scale's bounds;
 * draw_configs then puts the default (32 in every axis, cut at its extent) first and adds
 * distinct draws. Small kernels have fewer configurations than were asked for. Position
 * tells which is the default, so whoever writes a case must shuffle (task_case does).
 */
#ifndef TILE_DRAW_H
#define TILE_DRAW_H

#include "kernel.h"
#include "sdk/rng.h"

struct draw_scale {
    int64_t work_min, work_max; /* operations, tile_work() */
    int size;                   /* percent of the ordinary range of dimensions */
    int configs;                /* at most TILE_CONFIGS_MAX */
};

void draw_kernel(struct task_rng *rng, int family, const struct draw_scale *scale,
                 struct tile_kernel *kernel);

/* Returns how many were drawn: at least 8 for every kernel that draw_kernel makes. */
int draw_configs(struct task_rng *rng, const struct tile_kernel *kernel,
                 const struct draw_scale *scale,
                 struct tile_config configs[TILE_CONFIGS_MAX]);

#endif
