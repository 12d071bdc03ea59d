#include "draw.h"

#include <string.h>

/* Vectorised rows shorter than this are slow for a reason that needs no model: drawn, they
 * would fill a third of the configurations. Extents are at least as large (is_in_scale). */
enum { ROW_LEAST = 4 };

/* A dimension is step * [low, high], the range stretched by the scale's size. */
struct range {
    int step, low, high;
};

static const struct range ranges[TILE_FAMILIES][TILE_DIMS] = {
    [TILE_MATMUL_NN] = {{8, 2, 80}, {8, 2, 80}, {8, 2, 80}},
    [TILE_MATMUL_NT] = {{8, 2, 80}, {8, 2, 80}, {8, 2, 80}},
    [TILE_CONV] = {{1, 8, 64}, {1, 8, 64}, {4, 1, 32}, {8, 1, 32}},
    [TILE_TRANSPOSE] = {{1, 100, 2600}, {1, 100, 2600}},
    [TILE_DEPTHWISE] = {{1, 16, 160}, {1, 16, 160}, {8, 1, 48}},
    [TILE_REDUCE] = {{1, 64, 2500}, {1, 64, 2500}},
    [TILE_MATMUL_TN] = {{8, 2, 80}, {8, 2, 80}, {8, 2, 80}},
};

static int draw_dimension(struct task_rng *rng, const struct range *range, int size)
{
    int64_t high = (int64_t)range->high * size / 100;

    if (high < range->low)
        high = range->low;
    return range->step * (int)task_rng_between(rng, range->low, high);
}

static void draw_dimensions(struct task_rng *rng, const struct draw_scale *scale,
                            struct tile_kernel *kernel)
{
    int *d = kernel->dims;

    for (int i = 0; i < TILE_DIMS && ranges[kernel->family][i].step; i++)
        d[i] = draw_dimension(rng, &ranges[kernel->family][i], scale->size);
    if (kernel->family == TILE_CONV)
        d[4] = 1 + 2 * (int)task_rng_below(rng, 3);
    if (kernel->family == TILE_DEPTHWISE)
        d[3] = 3 + 2 * (int)task_rng_below(rng, 3);
    /* Half of the transposes have rows that meet in the same cache sets. */
    if (kernel->family == TILE_TRANSPOSE && task_rng_chance(rng, .5))
        for (int i = 0; i < 2; i++)
            d[i] = d[i] < 64 ? 64 : d[i] & ~63;
}

static bool is_in_scale(const struct tile_kernel *kernel, const struct draw_scale *scale)
{
    int extent[TILE_AXES];
    int64_t work = tile_work(kernel);

    tile_extents(kernel, extent);
    for (int i = 0; i < tile_family(kernel->family)->axes; i++)
        if (extent[i] < ROW_LEAST)
            return false;
    return work >= scale->work_min && work <= scale->work_max;
}

void draw_kernel(struct task_rng *rng, int family, const struct draw_scale *scale,
                 struct tile_kernel *kernel)
{
    memset(kernel, 0, sizeof *kernel);
    kernel->family = family;
    do
        draw_dimensions(rng, scale, kernel);
    while (!is_in_scale(kernel, scale));
    if (tile_family(family)->has_epilogue)
        kernel->epilogue = (int)task_rng_below(rng, 4);
}

static int draw_size(struct task_rng *rng, int extent, int least)
{
    static const int sizes[] = {1,  2,  4,   8,   12,  16,  24,  32,   48,
                                64, 96, 128, 192, 256, 384, 512, 1024, 2048};
    uint64_t first = 0, end = 0;

    while (sizes[first] < least)
        first++;
    while (end < sizeof sizes / sizeof sizes[0] && sizes[end] <= extent)
        end++;
    int size = sizes[first + task_rng_below(rng, end - first)];
    return task_rng_below(rng, 8) == 0 ? extent : size;
}

static bool is_known(const struct tile_config *configs, int count)
{
    for (int i = 0; i < count; i++)
        if (memcmp(&configs[i], &configs[count], sizeof configs[i]) == 0)
            return true;
    return false;
}

int draw_configs(struct task_rng *rng, const struct tile_kernel *kernel,
                 const struct draw_scale *scale,
                 struct tile_config configs[TILE_CONFIGS_MAX])
{
    int extent[TILE_AXES];
    const struct tile_family *family = tile_family(kernel->family);
    const int axes = family->axes;
    int count = 1;

    tile_extents(kernel, extent);
    memset(configs, 0, TILE_CONFIGS_MAX * sizeof configs[0]);
    for (int i = 0; i < axes; i++)
        configs[0].tile[i] = extent[i] < 32 ? extent[i] : 32;
    for (int tries = 0; count < scale->configs && tries < scale->configs * 20; tries++) {
        for (int i = 0; i < axes; i++)
            configs[count].tile[i] =
                draw_size(rng, extent[i], i == family->row ? ROW_LEAST : 1);
        if (!is_known(configs, count))
            count++;
    }
    return count;
}
