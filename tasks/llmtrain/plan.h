/* plan.h - how to train: plan.json, written by an entry and hostile.
 *
 * plan_parse takes any bytes up to PLAN_BYTES and holds them against the grammar alone;
 * plan_check holds a plan against its instance. Both fail with TASK_ENTRY and one line that
 * names the place, as `groups[0]: stages[2]`.
 */
#ifndef LLMTRAIN_PLAN_H
#define LLMTRAIN_PLAN_H

#include "instance.h"

enum { PLAN_GROUPS = 12, PLAN_STAGES = 64, PLAN_BYTES = 256 << 10 };

/* Operations of all simulated pipelines together: a second or less, and 32 MB. */
enum { PLAN_OPERATIONS = 4000000 };

/* What of a layer's forward pass the backward pass does again. */
enum recompute { RECOMPUTE_NONE, RECOMPUTE_SELECTIVE, RECOMPUTE_FULL };
enum { RECOMPUTES = RECOMPUTE_FULL + 1 };
extern const char *const recompute_names[RECOMPUTES];

/* tp chips of one host of the pod. */
struct stage {
#define GROUP(key, low, high)
#define STAGE(key, low, high) int key;
#include "plan_field.def"
#undef GROUP
#undef STAGE
    enum recompute recompute;
};

/* `count` pipelines that are alike. */
struct group {
#define GROUP(key, low, high) int key;
#define STAGE(key, low, high)
#include "plan_field.def"
#undef GROUP
#undef STAGE
    struct stage stages[PLAN_STAGES];
    int stage_count;
};

struct plan {
    bool zero1; /* optimiser state is split over the replicas in a pod (ZeRO stage 1) */
    struct group groups[PLAN_GROUPS];
    int group_count;
};

bool plan_parse(const char *bytes, size_t length, struct plan *plan,
                struct task_error *err);
void plan_print(const struct plan *plan, struct task_buf *out);

/* All that is required but memory, which evaluate.h knows. */
bool plan_check(const struct instance *instance, const struct plan *plan,
                struct task_error *err);

#endif
