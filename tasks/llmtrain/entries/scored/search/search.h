/* search.h: plans by enumeration and simulated annealing over an exact cost model.
 *
 * json.c reads instance.json and writes plan.json, model.c and pipe.c are the task's cost
 * model, build.c makes plans, anneal.c improves the best. Effort is counted in simulated
 * operations, not in seconds, so that a busy machine finds the same plan. */
#ifndef SEARCH_H
#define SEARCH_H

#include <stdbool.h>

enum { REGIONS = 16, PODS = 32, CHIPS = 16, LAYERS = 512, STAGES = 64, GROUPS = 12 };
enum { MICROBATCH_MAX = 16, TP_BITS = 7, OPERATIONS_MAX = 4000000 };

struct chip {
    char name[64];
    double host, peak, mem, hbm, emax, m0, n0, k0, eb, t0, fa, ia, ib, nic, na, sys;
};

struct instance {
    double layers, hidden, heads, kv_heads, ffn, vocab, seq, grad_bytes;
    bool gated;
    int batch, chips, pods, regions;
    struct chip chip[CHIPS];
    int pod_region[PODS], pod_chip[PODS], pod_size[PODS]; /* size in chips */
    double bandwidth[REGIONS][REGIONS], latency[REGIONS][REGIONS];
};

struct stage {
    int pod, tp, layers;
    bool is_full; /* recomputation */
};

struct group {
    int count, microbatch, microbatches, virtual, stages;
    struct stage stage[STAGES];
};

/* ZeRO-1 is never worse here, so it is always on. */
struct plan {
    int groups;
    struct group group[GROUPS];
};

/* json.c */
bool instance_read(struct instance *in);
bool plan_write(const struct plan *plan);

/* model.c: what one layer and the logits take of a stage, remembered for each (chip, tp,
 * micro-batch). */
struct times {
    double forward, backward, logits; /* seconds; logits: forward */
    double keep, keep_full;           /* bytes of activations of a layer */
};
const struct times *times_of(const struct instance *in, const struct stage *stage,
                             int microbatch);
double pass_time(const struct instance *in, const struct stage *stage, int microbatch);

/* Step time; INFINITY if the plan is not feasible, or surely takes `limit` or longer. */
double evaluate(const struct instance *in, const struct plan *plan, double limit);

/* Simulated operations so far: the measure of effort. */
extern double effort;

/* pipe.c */
struct pipe {
    int stages, chunks, microbatches;
    double forward[STAGES], backward[STAGES], delay[STAGES], busy[STAGES], finish[STAGES];
};
double pipe_run(struct pipe *pipe);
double pipe_least(const struct pipe *pipe); /* no run takes less */

/* build.c */
bool split_layers(const struct instance *in, struct group *group);
void split_batch(const struct instance *in, struct plan *plan);
struct shape {
    int tp, stages, count, microbatch, virtual;
    bool is_full;
};
bool make_group(const struct instance *in, const int *pods, int n, struct shape shape,
                struct group *group);
double build(const struct instance *in, struct plan *best);

/* anneal.c */
double anneal(const struct instance *in, struct plan *plan, double step, double until);

#endif
