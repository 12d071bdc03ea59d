/* kernel.h - the tiled kernels of this task: families, sizes, tiles, and the walk over
 * boxes.
 *
 * A kernel is a loop nest over two to four tiled dimensions, a configuration one tile size
 * for each. tile_space_init joins the two; tile_box_first and tile_box_next then walk the
 * boxes in the family's loop order. The measured nests (nest.h) and the simulated ones
 * (sim.h) take their boxes from here, so both mean the same program.
 *
 * Everything is plain data in the caller's storage; nothing fails.
 */
#ifndef TILE_KERNEL_H
#define TILE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TILE_DIMS = 5, TILE_AXES = 4, TILE_CONFIGS_MAX = 128 };

enum tile_family_id {
    TILE_MATMUL_NN, /* C[M,N] += A[M,K] B[K,N]                 dims M N K, axes M N K */
    TILE_MATMUL_NT, /* C[M,N] += A[M,K] B[N,K]                 dims M N K, axes M N K */
    TILE_CONV, /* NHWC, valid, square window R            dims H W Ci Co R, axes H W Co Ci
                */
    TILE_TRANSPOSE, /* C[N,M] = A[M,N]                         dims M N, axes M N */
    TILE_DEPTHWISE, /* NHWC, valid, square window R            dims H W C R, axes H W C */
    TILE_REDUCE,    /* C[M] = sum over N of A[N,M] B[N]        dims N M, axes N M */
    TILE_MATMUL_TN, /* C[M,N] += A[K,M] B[K,N]; only in the shifted part of hidden */
    TILE_FAMILIES,
};

/* What is done to the output after the nest, in one pass over it. */
enum { TILE_BIAS = 1, TILE_RELU = 2 };

struct tile_kernel {
    int family;
    int epilogue; /* TILE_BIAS and TILE_RELU, or'ed; 0 where the family allows none */
    int dims[TILE_DIMS];
};

struct tile_config {
    int tile[TILE_AXES]; /* 0 beyond the family's axes */
};

struct tile_family {
    const char *name;
    int dims, axes;
    int order[TILE_AXES]; /* axes from the outermost loop to the innermost */
    int row;              /* the axis of the vectorised loop inside a box, -1: none is */
    bool has_epilogue;
};

const struct tile_family *tile_family(int id);

/* The extent of each tiled axis; 0 beyond the family's axes. */
void tile_extents(const struct tile_kernel *kernel, int extent[TILE_AXES]);

/* Height and width of the output of a convolution. */
int tile_out_height(const struct tile_kernel *kernel);
int tile_out_width(const struct tile_kernel *kernel);

/* Operations: two for each multiply-add, eight for each element moved by a transpose. */
int64_t tile_work(const struct tile_kernel *kernel);

/* Number of floats of operands A, B (0 when there is none) and of the output C. */
void tile_operands(const struct tile_kernel *kernel, size_t elements[3]);

struct tile_space {
    int axes;
    int extent[TILE_AXES], tile[TILE_AXES], order[TILE_AXES];
};

/* Half-open intervals by axis. */
struct tile_box {
    int lo[TILE_AXES], hi[TILE_AXES];
};

void tile_space_init(struct tile_space *space, const struct tile_kernel *kernel,
                     const struct tile_config *config);
void tile_box_first(const struct tile_space *space, struct tile_box *box);
/* False after the last box. */
bool tile_box_next(const struct tile_space *space, struct tile_box *box);

#endif
