/* nest.h - the kernels themselves: loop nests whose tile sizes are known at run time only.
 *
 * One compiled nest a family serves every configuration, so that configurations differ by
 * their tiles and by nothing else. nest_init lays A, B and C out behind each other in one
 * arena, each on a page boundary, and fills the inputs; nest_run computes C once. The
 * result is checked against another configuration's in the unit test: all must agree.
 */
#ifndef TILE_NEST_H
#define TILE_NEST_H

#include "kernel.h"

struct nest {
    struct tile_kernel kernel;
    size_t elements[3];
    float *a, *b, *c;
};

enum { NEST_PAGE_BYTES = 4096 };

/* Bytes that the operands of the kernel need, each rounded up to a page. */
size_t nest_bytes(const struct tile_kernel *kernel);

/* arena: page aligned, nest_bytes large, borrowed until the nest is no longer used. */
void nest_init(struct nest *nest, const struct tile_kernel *kernel, void *arena);

void nest_run(const struct nest *nest, const struct tile_config *config);

#endif
