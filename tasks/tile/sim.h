/* sim.h - the deterministic runtime of a kernel: its nest driven through a small machine.
 *
 * The machine is a core of 2.8 GHz with 4 KiB of L1 (4 ways), 32 KiB of L2 (8 ways), lines
 * of 64 bytes, a TLB of 8 entries (4 ways) for pages of 4 KiB, all with true LRU. It is a
 * server core with its memories divided by twelve or more, because the kernels that a
 * package can afford to simulate are smaller by that much than those worth tiling on one.
 * Costs: an L1 miss 8 cycles, an L2 miss 34 more, a TLB miss 18; vector operations of eight
 * floats one cycle each with what a short or ragged row costs on top; no prefetch, no
 * overlap of misses with work. Each operand has a buffer of one line and one page: touching
 * again the line (page) that the operand touched last is free and does not renew its age.
 *
 * All arithmetic is on integers (tenths of a cycle), so the result is the same everywhere.
 */
#ifndef TILE_SIM_H
#define TILE_SIM_H

#include "cache.h"
#include "kernel.h"

/* X(name, sets, ways, cost of a miss in tenths of a cycle) */
#define SIM_LEVELS(X)                                                                      \
    X(SIM_L1, 16, 4, 80)                                                                   \
    X(SIM_L2, 64, 8, 340)                                                                  \
    X(SIM_TLB, 2, 4, 180)

enum sim_level {
#define X(name, sets, ways, tenths) name,
    SIM_LEVELS(X)
#undef X
        SIM_LEVEL_COUNT,
};

enum { SIM_LINE_BYTES = 64, SIM_PAGE_BYTES = 4096, SIM_TENTHS_PER_NS = 28 };

/* Arrays of one float each in the machine's memory. */
struct sim_operand {
    uint32_t base; /* byte address, page aligned */
    uint32_t line; /* the line and the page in its buffer; UINT32_MAX: none yet */
    uint32_t page;
};

struct sim {
    struct tile_kernel kernel;
    struct cache level[SIM_LEVEL_COUNT];
    struct sim_operand a, b, c;
    uint64_t misses[SIM_LEVEL_COUNT];
    int64_t tenths;
};

/* A cold machine with the kernel's operands behind each other, each on a page boundary. */
void sim_init(struct sim *sim, const struct tile_kernel *kernel);

/* Touches n floats of an operand from element i on. */
void sim_touch(struct sim *sim, struct sim_operand *operand, uint64_t i, int n);

/* Runs the kernel from a cold start; whole nanoseconds, at least 1. */
int64_t sim_run(struct sim *sim, const struct tile_kernel *kernel,
                const struct tile_config *config);

#endif
