#include "sim.h"

static const struct {
    struct cache_shape shape;
    int64_t tenths;
} levels[SIM_LEVEL_COUNT] = {
#define X(name, sets, ways, tenths) {{sets, ways}, tenths},
    SIM_LEVELS(X)
#undef X
};

static inline bool use(struct sim *sim, enum sim_level level, uint32_t block)
{
    if (cache_use(&sim->level[level], levels[level].shape, block))
        return true;
    sim->misses[level]++;
    sim->tenths += levels[level].tenths;
    return false;
}

static inline void touch_line(struct sim *sim, struct sim_operand *operand, uint32_t line)
{
    const uint32_t page = line / (SIM_PAGE_BYTES / SIM_LINE_BYTES);

    if (operand->line == line)
        return;
    operand->line = line;
    if (operand->page != page)
        (void)use(sim, SIM_TLB, page);
    operand->page = page;
    if (!use(sim, SIM_L1, line))
        (void)use(sim, SIM_L2, line);
}

static inline void touch(struct sim *sim, struct sim_operand *operand, uint64_t i, int n)
{
    uint32_t line = (operand->base + (uint32_t)i * 4) / SIM_LINE_BYTES;
    uint32_t last = (operand->base + ((uint32_t)i + (uint32_t)n - 1) * 4) / SIM_LINE_BYTES;

    for (; line <= last; line++)
        touch_line(sim, operand, line);
}

void sim_touch(struct sim *sim, struct sim_operand *operand, uint64_t i, int n)
{
    touch(sim, operand, i, n);
}

/* A vectorised row of n multiply-adds: full vectors, the scalar rest, set-up. */
static int64_t row_tenths(int n)
{
    return n >= 8 ? n / 8 * 10 + n % 8 * 9 + 35 : n * 11 + 30;
}

/* A vectorised sum of n products: as above, and eight partial sums to add at the end. */
static int64_t dot_tenths(int n)
{
    return row_tenths(n) + (n >= 8 ? 100 : 20);
}

static void matmul_nn(struct sim *sim, const struct tile_box *box)
{
    const uint64_t n = (uint64_t)sim->kernel.dims[1], k = (uint64_t)sim->kernel.dims[2];
    const uint64_t j = (uint64_t)box->lo[1];
    const int row = box->hi[1] - box->lo[1];

    for (uint64_t i = (uint64_t)box->lo[0]; i < (uint64_t)box->hi[0]; i++) {
        for (uint64_t p = (uint64_t)box->lo[2]; p < (uint64_t)box->hi[2]; p++) {
            touch(sim, &sim->a, i * k + p, 1);
            touch(sim, &sim->c, i * n + j, row);
            touch(sim, &sim->b, p * n + j, row);
        }
        sim->tenths += row_tenths(row) * (box->hi[2] - box->lo[2]);
    }
}

static void matmul_tn(struct sim *sim, const struct tile_box *box)
{
    const uint64_t m = (uint64_t)sim->kernel.dims[0], n = (uint64_t)sim->kernel.dims[1];
    const uint64_t j = (uint64_t)box->lo[1];
    const int row = box->hi[1] - box->lo[1];

    for (uint64_t i = (uint64_t)box->lo[0]; i < (uint64_t)box->hi[0]; i++) {
        for (uint64_t p = (uint64_t)box->lo[2]; p < (uint64_t)box->hi[2]; p++) {
            touch(sim, &sim->a, p * m + i, 1);
            touch(sim, &sim->c, i * n + j, row);
            touch(sim, &sim->b, p * n + j, row);
        }
        sim->tenths += row_tenths(row) * (box->hi[2] - box->lo[2]);
    }
}

static void matmul_nt(struct sim *sim, const struct tile_box *box)
{
    const uint64_t n = (uint64_t)sim->kernel.dims[1], k = (uint64_t)sim->kernel.dims[2];
    const uint64_t p = (uint64_t)box->lo[2];
    const int row = box->hi[2] - box->lo[2];

    for (uint64_t i = (uint64_t)box->lo[0]; i < (uint64_t)box->hi[0]; i++) {
        for (uint64_t j = (uint64_t)box->lo[1]; j < (uint64_t)box->hi[1]; j++) {
            touch(sim, &sim->a, i * k + p, row);
            touch(sim, &sim->b, j * k + p, row);
            touch(sim, &sim->c, i * n + j, 1);
        }
        sim->tenths += dot_tenths(row) * (box->hi[1] - box->lo[1]);
    }
}

static void conv_pixel(struct sim *sim, const struct tile_box *box, uint64_t y, uint64_t x)
{
    const int *d = sim->kernel.dims;
    const uint64_t w = (uint64_t)d[1], ci = (uint64_t)d[2], co = (uint64_t)d[3];
    const uint64_t r = (uint64_t)d[4], z = (uint64_t)box->lo[2];
    const uint64_t out = (y * (uint64_t)tile_out_width(&sim->kernel) + x) * co + z;
    const int row = box->hi[2] - box->lo[2], channels = box->hi[3] - box->lo[3];

    for (uint64_t tap = 0; tap < r * r; tap++) {
        const uint64_t in = ((y + tap / r) * w + x + tap % r) * ci;
        for (uint64_t c = (uint64_t)box->lo[3]; c < (uint64_t)box->hi[3]; c++) {
            touch(sim, &sim->a, in + c, 1);
            touch(sim, &sim->c, out, row);
            touch(sim, &sim->b, (tap * ci + c) * co + z, row);
        }
        sim->tenths += 20 + row_tenths(row) * channels;
    }
}

static void conv(struct sim *sim, const struct tile_box *box)
{
    for (int y = box->lo[0]; y < box->hi[0]; y++)
        for (int x = box->lo[1]; x < box->hi[1]; x++)
            conv_pixel(sim, box, (uint64_t)y, (uint64_t)x);
}

static void depthwise_pixel(struct sim *sim, const struct tile_box *box, uint64_t y,
                            uint64_t x)
{
    const int *d = sim->kernel.dims;
    const uint64_t w = (uint64_t)d[1], c = (uint64_t)d[2], r = (uint64_t)d[3];
    const uint64_t z = (uint64_t)box->lo[2];
    const uint64_t out = (y * (uint64_t)tile_out_width(&sim->kernel) + x) * c + z;
    const int row = box->hi[2] - box->lo[2];

    for (uint64_t tap = 0; tap < r * r; tap++) {
        touch(sim, &sim->c, out, row);
        touch(sim, &sim->a, ((y + tap / r) * w + x + tap % r) * c + z, row);
        touch(sim, &sim->b, tap * c + z, row);
    }
    sim->tenths += 30 + row_tenths(row) * (int64_t)(r * r);
}

static void depthwise(struct sim *sim, const struct tile_box *box)
{
    for (int y = box->lo[0]; y < box->hi[0]; y++)
        for (int x = box->lo[1]; x < box->hi[1]; x++)
            depthwise_pixel(sim, box, (uint64_t)y, (uint64_t)x);
}

static void transpose(struct sim *sim, const struct tile_box *box)
{
    const uint64_t m = (uint64_t)sim->kernel.dims[0], n = (uint64_t)sim->kernel.dims[1];

    for (uint64_t i = (uint64_t)box->lo[0]; i < (uint64_t)box->hi[0]; i++) {
        touch(sim, &sim->a, i * n + (uint64_t)box->lo[1], box->hi[1] - box->lo[1]);
        for (uint64_t j = (uint64_t)box->lo[1]; j < (uint64_t)box->hi[1]; j++)
            touch(sim, &sim->c, j * m + i, 1);
        sim->tenths += 20 + 10 * (box->hi[1] - box->lo[1]);
    }
}

static void reduce(struct sim *sim, const struct tile_box *box)
{
    const uint64_t m = (uint64_t)sim->kernel.dims[1], j = (uint64_t)box->lo[1];
    const int row = box->hi[1] - box->lo[1];

    for (uint64_t i = (uint64_t)box->lo[0]; i < (uint64_t)box->hi[0]; i++) {
        touch(sim, &sim->b, i, 1);
        touch(sim, &sim->c, j, row);
        touch(sim, &sim->a, i * m + j, row);
        sim->tenths += row_tenths(row);
    }
}

/* The box's own cost is its loops': set-up and one mispredicted branch for each. */
static const struct {
    void (*box)(struct sim *, const struct tile_box *);
    int64_t tenths;
} nests[TILE_FAMILIES] = {
    [TILE_MATMUL_NN] = {matmul_nn, 60}, [TILE_MATMUL_NT] = {matmul_nt, 60},
    [TILE_CONV] = {conv, 80},           [TILE_TRANSPOSE] = {transpose, 50},
    [TILE_DEPTHWISE] = {depthwise, 60}, [TILE_REDUCE] = {reduce, 50},
    [TILE_MATMUL_TN] = {matmul_tn, 60},
};

static uint32_t place(struct sim_operand *operand, uint32_t base, size_t elements)
{
    uint32_t bytes = (uint32_t)elements * 4;

    operand->base = base;
    operand->line = UINT32_MAX;
    operand->page = UINT32_MAX;
    return base + (bytes + SIM_PAGE_BYTES - 1) / SIM_PAGE_BYTES * SIM_PAGE_BYTES;
}

void sim_init(struct sim *sim, const struct tile_kernel *kernel)
{
    size_t elements[3];
    uint32_t base = 0;

    sim->kernel = *kernel;
    sim->tenths = 0;
    for (int i = 0; i < SIM_LEVEL_COUNT; i++) {
        cache_clear(&sim->level[i]);
        sim->misses[i] = 0;
    }
    tile_operands(kernel, elements);
    base = place(&sim->a, base, elements[0]);
    base = place(&sim->b, base, elements[1]);
    (void)place(&sim->c, base, elements[2]);
}

/* One pass over the output, the same for every configuration. */
static void epilogue(struct sim *sim)
{
    size_t elements[3];

    tile_operands(&sim->kernel, elements);
    for (uint64_t i = 0; i < elements[2]; i += SIM_LINE_BYTES / 4)
        touch(sim, &sim->c, i, 1);
    sim->tenths += row_tenths((int)elements[2]);
}

int64_t sim_run(struct sim *sim, const struct tile_kernel *kernel,
                const struct tile_config *config)
{
    struct tile_space space;
    struct tile_box box;

    sim_init(sim, kernel);
    tile_space_init(&space, kernel, config);
    tile_box_first(&space, &box);
    do {
        sim->tenths += nests[kernel->family].tenths;
        nests[kernel->family].box(sim, &box);
    } while (tile_box_next(&space, &box));
    if (kernel->epilogue)
        epilogue(sim);
    return sim->tenths / SIM_TENTHS_PER_NS + 1;
}
