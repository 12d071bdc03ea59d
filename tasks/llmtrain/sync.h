/* sync.h - summing the gradients of all replicas, overlapped with what still computes.
 *
 * The layers are cut into intervals that the same chips hold and that are ready at one
 * time. In the order of readiness each is summed inside its pods (rings over the replicas,
 * one after the other in a pod), between the pods of a region, and between the regions on a
 * ring whose links are busy meanwhile.
 */
#ifndef LLMTRAIN_SYNC_H
#define LLMTRAIN_SYNC_H

#include "holding.h"

/* ready: when the last backward pass of each layer is done. Returns when the last interval
 * is summed; 0 if nothing has to be. */
double sync_run(const struct instance *instance, const struct holding *holding,
                const double ready[MODEL_LAYERS]);

#endif
