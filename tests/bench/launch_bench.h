/* launch_bench.h - what the parts of the launch benchmark share.
 *
 * launch.c has main and the numbers, launch_ways.c the ways to start a program, the other
 * files one measurement each. Nothing is asserted about a time; but a launch that does not
 * end as it must ends the benchmark, because what it took would mean nothing.
 */
#ifndef LAUNCH_BENCH_H
#define LAUNCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "podbox.h"

/* A range of its own, so that survivors of this benchmark are known by their uid. */
enum { LAUNCH_UID_BASE = 0x7e000000 };

struct launch_bench {
    const char *podbox;       /* the tool */
    const char *folder;       /* of the tiny program; /box inside */
    char tiny[4096];          /* its path outside */
    struct sb_policy *policy; /* compiled once */
    struct sb_ground *ground; /* for one-shot runs; NULL: not root */
    struct sb_mount box;
    struct sb_spec spec; /* runs the tiny program */
    struct sb_worker *worker;
};

__attribute__((noreturn, format(printf, 1, 2))) void launch_die(const char *format, ...);
uint64_t launch_now_ns(void);

/* Sorts values; share 0.5 is the median. */
double launch_quantile(double *values, size_t count, double share);

/* One way to start the tiny program and wait for its end. */
struct launch_way {
    const char *name;
    unsigned every;          /* slow ways run in every n-th round only */
    const char *const *argv; /* of a tool; "@..." is filled in */
    /* false: it did not end with 0 */
    bool (*run)(struct launch_bench *bench, const struct launch_way *way);
};

extern const struct launch_way launch_ways[];
extern const size_t launch_way_count;

/* NULL, or why this way cannot be measured here. */
const char *launch_try(struct launch_bench *bench, const struct launch_way *way);

/* Starts a program outside and waits: its status as of waitpid, or -1 if it is not there.
 */
int launch_spawn(const char *const *argv, int out);

void launch_measure_calls(struct launch_bench *bench, size_t rounds);
void launch_measure_bomb(struct launch_bench *bench, size_t rounds);
void launch_measure_memory(struct launch_bench *bench, size_t rounds);

#endif
