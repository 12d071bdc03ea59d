/* published.h - the cost model held against published training runs.
 *
 * The runs are published.def. They are composed of the same layer costs and the same
 * pipelines as a plan, but with the software of their time: without sequence parallelism,
 * with attention that was not fused on A100, with and without overlap.
 */
#ifndef LLMTRAIN_PUBLISHED_H
#define LLMTRAIN_PUBLISHED_H

#include "cost.h"
#include "plan.h"

enum published_unit { PUBLISHED_FULL, PUBLISHED_MODEL, PUBLISHED_MFU };
enum published_overlap { OVERLAP_NONE, OVERLAP_SUMS, OVERLAP_ALL };

struct published {
    const char *set, *run;
    bool is_h100;
    struct model model;
    int chips, batch;
    int tp, stages, virtual, microbatch; /* 0: the best that fits */
    enum recompute recompute;
    bool has_sequence_split;
    enum published_overlap overlap;
    bool has_split_optimizer;
    double figure;
    enum published_unit unit;
};

struct published_set {
    const char *id, *figures, *layout, *source;
};

extern const struct published published_runs[];
extern const int published_run_count;
extern const struct published_set published_sets[];
extern const int published_set_count;

/* The model's figure for a run, in its unit. 0: no layout fits. */
double published_figure(const struct published *run);

/* Mean and largest |figure / published - 1| of a set; NULL: of all runs. Returns how many.
 */
int published_error(const char *set, double *mean, double *largest);

/* The verb `published`: prints all of it. */
bool published_print(int argc, char **argv, struct task_error *err);

#endif
