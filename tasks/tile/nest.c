#include "nest.h"

#include <string.h>

/* Row operations: what the innermost loop of a nest does, for the compiler to vectorise. */

static inline void axpy(float *restrict c, const float *restrict b, float a, int n)
{
    for (int j = 0; j < n; j++)
        c[j] += a * b[j];
}

static inline void multiply_add(float *restrict c, const float *restrict a,
                                const float *restrict b, int n)
{
    for (int j = 0; j < n; j++)
        c[j] += a[j] * b[j];
}

/* Eight partial sums, because the compiler must not reorder a sum by itself. */
static inline float dot(const float *restrict a, const float *restrict b, int n)
{
    float part[8] = {0};
    float sum = 0;
    int p = 0;

    for (; p + 8 <= n; p += 8)
        for (int lane = 0; lane < 8; lane++)
            part[lane] += a[p + lane] * b[p + lane];
    for (; p < n; p++)
        sum += a[p] * b[p];
    for (int lane = 0; lane < 8; lane++)
        sum += part[lane];
    return sum;
}

static void matmul_nn(const struct nest *nest, const struct tile_box *box)
{
    const size_t n = (size_t)nest->kernel.dims[1], k = (size_t)nest->kernel.dims[2];
    const size_t j = (size_t)box->lo[1];

    for (size_t i = (size_t)box->lo[0]; i < (size_t)box->hi[0]; i++)
        for (size_t p = (size_t)box->lo[2]; p < (size_t)box->hi[2]; p++)
            axpy(nest->c + i * n + j, nest->b + p * n + j, nest->a[i * k + p],
                 box->hi[1] - box->lo[1]);
}

static void matmul_tn(const struct nest *nest, const struct tile_box *box)
{
    const size_t m = (size_t)nest->kernel.dims[0], n = (size_t)nest->kernel.dims[1];
    const size_t j = (size_t)box->lo[1];

    for (size_t i = (size_t)box->lo[0]; i < (size_t)box->hi[0]; i++)
        for (size_t p = (size_t)box->lo[2]; p < (size_t)box->hi[2]; p++)
            axpy(nest->c + i * n + j, nest->b + p * n + j, nest->a[p * m + i],
                 box->hi[1] - box->lo[1]);
}

static void matmul_nt(const struct nest *nest, const struct tile_box *box)
{
    const size_t n = (size_t)nest->kernel.dims[1], k = (size_t)nest->kernel.dims[2];
    const size_t p = (size_t)box->lo[2];

    for (size_t i = (size_t)box->lo[0]; i < (size_t)box->hi[0]; i++)
        for (size_t j = (size_t)box->lo[1]; j < (size_t)box->hi[1]; j++)
            nest->c[i * n + j] +=
                dot(nest->a + i * k + p, nest->b + j * k + p, box->hi[2] - box->lo[2]);
}

/* One output pixel: the rows of the window's weights times one input channel each. */
static void conv_pixel(const struct nest *nest, const struct tile_box *box, size_t y,
                       size_t x)
{
    const int *d = nest->kernel.dims;
    const size_t w = (size_t)d[1], ci = (size_t)d[2], co = (size_t)d[3], r = (size_t)d[4];
    const size_t width = (size_t)tile_out_width(&nest->kernel), z = (size_t)box->lo[2];
    float *out = nest->c + (y * width + x) * co + z;

    for (size_t tap = 0; tap < r * r; tap++) {
        const float *in = nest->a + ((y + tap / r) * w + x + tap % r) * ci;
        const float *weight = nest->b + tap * ci * co + z;
        for (size_t c = (size_t)box->lo[3]; c < (size_t)box->hi[3]; c++)
            axpy(out, weight + c * co, in[c], box->hi[2] - box->lo[2]);
    }
}

static void conv(const struct nest *nest, const struct tile_box *box)
{
    for (int y = box->lo[0]; y < box->hi[0]; y++)
        for (int x = box->lo[1]; x < box->hi[1]; x++)
            conv_pixel(nest, box, (size_t)y, (size_t)x);
}

static void depthwise_pixel(const struct nest *nest, const struct tile_box *box, size_t y,
                            size_t x)
{
    const int *d = nest->kernel.dims;
    const size_t w = (size_t)d[1], c = (size_t)d[2], r = (size_t)d[3];
    const size_t width = (size_t)tile_out_width(&nest->kernel), z = (size_t)box->lo[2];
    float *out = nest->c + (y * width + x) * c + z;

    for (size_t tap = 0; tap < r * r; tap++)
        multiply_add(out, nest->a + ((y + tap / r) * w + x + tap % r) * c + z,
                     nest->b + tap * c + z, box->hi[2] - box->lo[2]);
}

static void depthwise(const struct nest *nest, const struct tile_box *box)
{
    for (int y = box->lo[0]; y < box->hi[0]; y++)
        for (int x = box->lo[1]; x < box->hi[1]; x++)
            depthwise_pixel(nest, box, (size_t)y, (size_t)x);
}

static void transpose(const struct nest *nest, const struct tile_box *box)
{
    const size_t m = (size_t)nest->kernel.dims[0], n = (size_t)nest->kernel.dims[1];
    float *restrict c = nest->c;
    const float *restrict a = nest->a;

    for (size_t i = (size_t)box->lo[0]; i < (size_t)box->hi[0]; i++)
        for (size_t j = (size_t)box->lo[1]; j < (size_t)box->hi[1]; j++)
            c[j * m + i] = a[i * n + j];
}

static void reduce(const struct nest *nest, const struct tile_box *box)
{
    const size_t m = (size_t)nest->kernel.dims[1], j = (size_t)box->lo[1];

    for (size_t i = (size_t)box->lo[0]; i < (size_t)box->hi[0]; i++)
        axpy(nest->c + j, nest->a + i * m + j, nest->b[i], box->hi[1] - box->lo[1]);
}

static void (*const boxes[TILE_FAMILIES])(const struct nest *, const struct tile_box *) = {
    [TILE_MATMUL_NN] = matmul_nn, [TILE_MATMUL_NT] = matmul_nt, [TILE_CONV] = conv,
    [TILE_TRANSPOSE] = transpose, [TILE_DEPTHWISE] = depthwise, [TILE_REDUCE] = reduce,
    [TILE_MATMUL_TN] = matmul_tn,
};

/* The bias is a constant: what it is does not matter for time, that C is read and written
 * once more does. */
static void epilogue(const struct nest *nest)
{
    const float bias = nest->kernel.epilogue & TILE_BIAS ? .5F : 0;
    const float floor = nest->kernel.epilogue & TILE_RELU ? 0 : -1e30F;

    for (size_t i = 0; i < nest->elements[2]; i++) {
        float value = nest->c[i] + bias;
        nest->c[i] = value > floor ? value : floor;
    }
}

static size_t pages(size_t elements)
{
    size_t bytes = elements * sizeof(float);

    return (bytes + NEST_PAGE_BYTES - 1) / NEST_PAGE_BYTES * NEST_PAGE_BYTES;
}

size_t nest_bytes(const struct tile_kernel *kernel)
{
    size_t elements[3];

    tile_operands(kernel, elements);
    return pages(elements[0]) + pages(elements[1]) + pages(elements[2]);
}

void nest_init(struct nest *nest, const struct tile_kernel *kernel, void *arena)
{
    char *bytes = arena;

    nest->kernel = *kernel;
    tile_operands(kernel, nest->elements);
    nest->a = arena;
    nest->b = (float *)(void *)(bytes + pages(nest->elements[0]));
    nest->c =
        (float *)(void *)(bytes + pages(nest->elements[0]) + pages(nest->elements[1]));
    for (size_t i = 0; i < nest->elements[0]; i++)
        nest->a[i] = (float)(i % 13) * .125F;
    for (size_t i = 0; i < nest->elements[1]; i++)
        nest->b[i] = (float)(i % 7) * .25F;
    memset(nest->c, 0, nest->elements[2] * sizeof(float));
}

void nest_run(const struct nest *nest, const struct tile_config *config)
{
    struct tile_space space;
    struct tile_box box;

    tile_space_init(&space, &nest->kernel, config);
    if (nest->kernel.family != TILE_TRANSPOSE)
        memset(nest->c, 0, nest->elements[2] * sizeof(float));
    tile_box_first(&space, &box);
    do
        boxes[nest->kernel.family](nest, &box);
    while (tile_box_next(&space, &box));
    if (nest->kernel.epilogue)
        epilogue(nest);
}
