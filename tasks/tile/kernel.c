#include "kernel.h"

#include <string.h>

static const struct tile_family families[TILE_FAMILIES] = {
    [TILE_MATMUL_NN] = {"matmul_nn", 3, 3, {0, 1, 2}, 1, true},
    [TILE_MATMUL_NT] = {"matmul_nt", 3, 3, {2, 0, 1}, 2, true},
    [TILE_CONV] = {"conv", 5, 4, {0, 1, 2, 3}, 2, true},
    [TILE_TRANSPOSE] = {"transpose", 2, 2, {0, 1}, -1, false},
    [TILE_DEPTHWISE] = {"depthwise", 4, 3, {2, 0, 1}, 2, true},
    [TILE_REDUCE] = {"reduce", 2, 2, {1, 0}, 1, false},
    [TILE_MATMUL_TN] = {"matmul_tn", 3, 3, {0, 1, 2}, 1, true},
};

const struct tile_family *tile_family(int id)
{
    return &families[id];
}

static int window(const struct tile_kernel *kernel)
{
    return kernel->dims[kernel->family == TILE_CONV ? 4 : 3];
}

int tile_out_height(const struct tile_kernel *kernel)
{
    return kernel->dims[0] - window(kernel) + 1;
}

int tile_out_width(const struct tile_kernel *kernel)
{
    return kernel->dims[1] - window(kernel) + 1;
}

void tile_extents(const struct tile_kernel *kernel, int extent[TILE_AXES])
{
    const int *d = kernel->dims;

    memset(extent, 0, TILE_AXES * sizeof extent[0]);
    for (int i = 0; i < families[kernel->family].axes; i++)
        extent[i] = d[i];
    if (kernel->family == TILE_CONV || kernel->family == TILE_DEPTHWISE) {
        extent[0] = tile_out_height(kernel);
        extent[1] = tile_out_width(kernel);
    }
    if (kernel->family == TILE_CONV) {
        extent[2] = d[3];
        extent[3] = d[2];
    }
}

int64_t tile_work(const struct tile_kernel *kernel)
{
    const int *d = kernel->dims;
    int64_t plane;

    switch (kernel->family) {
    case TILE_CONV:
        plane = (int64_t)tile_out_height(kernel) * tile_out_width(kernel);
        return 2 * plane * d[2] * d[3] * d[4] * d[4];
    case TILE_DEPTHWISE:
        plane = (int64_t)tile_out_height(kernel) * tile_out_width(kernel);
        return 2 * plane * d[2] * d[3] * d[3];
    case TILE_TRANSPOSE:
        return 8 * (int64_t)d[0] * d[1];
    case TILE_REDUCE:
        return 2 * (int64_t)d[0] * d[1];
    default:
        return 2 * (int64_t)d[0] * d[1] * d[2];
    }
}

void tile_operands(const struct tile_kernel *kernel, size_t elements[3])
{
    const int *d = kernel->dims;
    const size_t d0 = (size_t)d[0], d1 = (size_t)d[1], d2 = (size_t)d[2], d3 = (size_t)d[3];

    elements[0] = d0 * d1;
    elements[1] = 0;
    elements[2] = d0 * d1;
    switch (kernel->family) {
    case TILE_CONV:
    case TILE_DEPTHWISE:
        elements[0] = d0 * d1 * d2;
        elements[1] = (size_t)window(kernel) * (size_t)window(kernel) * d2;
        elements[2] = (size_t)tile_out_height(kernel) * (size_t)tile_out_width(kernel);
        elements[2] *= kernel->family == TILE_CONV ? d3 : d2;
        elements[1] *= kernel->family == TILE_CONV ? d3 : 1;
        break;
    case TILE_TRANSPOSE:
        break;
    case TILE_REDUCE:
        elements[1] = d0;
        elements[2] = d1;
        break;
    default:
        elements[0] = d0 * d2;
        elements[1] = d1 * d2;
    }
}

void tile_space_init(struct tile_space *space, const struct tile_kernel *kernel,
                     const struct tile_config *config)
{
    space->axes = families[kernel->family].axes;
    tile_extents(kernel, space->extent);
    memcpy(space->tile, config->tile, sizeof space->tile);
    memcpy(space->order, families[kernel->family].order, sizeof space->order);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void place(const struct tile_space *space, struct tile_box *box, int axis, int lo)
{
    box->lo[axis] = lo;
    box->hi[axis] = least(lo + space->tile[axis], space->extent[axis]);
}

void tile_box_first(const struct tile_space *space, struct tile_box *box)
{
    memset(box, 0, sizeof *box);
    for (int i = 0; i < space->axes; i++)
        place(space, box, i, 0);
}

bool tile_box_next(const struct tile_space *space, struct tile_box *box)
{
    for (int i = space->axes - 1; i >= 0; i--) {
        int axis = space->order[i];
        if (box->hi[axis] < space->extent[axis]) {
            place(space, box, axis, box->hi[axis]);
            return true;
        }
        place(space, box, axis, 0);
    }
    return false;
}
