/* holding.h - which pods hold which layers under a plan.
 *
 * All arrays are by pod and layer. A layer's replicas in a pod share the state of its
 * optimiser and sum its gradients there.
 */
#ifndef LLMTRAIN_HOLDING_H
#define LLMTRAIN_HOLDING_H

#include "plan.h"

struct holding {
    int replicas[INSTANCE_PODS][MODEL_LAYERS];
    int tp[INSTANCE_PODS][MODEL_LAYERS]; /* the smallest of the replicas' */
};

void holding_fill(struct holding *holding, const struct plan *plan);

/* One stage of a plan, with all that is around it. */
struct site {
    const struct instance *instance;
    const struct plan *plan;
    const struct holding *holding;
    const struct group *group;
    const struct stage *stage;
    int index;       /* of the stage in its group */
    int first_layer; /* of the model */
};

/* The site of the group's first stage; site_next is false after the last. */
struct site site_first(const struct instance *instance, const struct plan *plan,
                       const struct holding *holding, int group);
bool site_next(struct site *site);

#endif
