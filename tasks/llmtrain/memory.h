/* memory.h - bytes that a stage needs on each of its chips.
 *
 * Weights in 2 bytes, gradients in the instance's, 12 bytes of Adam's state; activations by
 * the formula of Korthikanti et al. (Reducing Activation Recomputation in Large Transformer
 * Models, MLSys 2023), as many micro-batches of them as the schedule holds at once.
 */
#ifndef LLMTRAIN_MEMORY_H
#define LLMTRAIN_MEMORY_H

#include "cost.h"
#include "holding.h"

/* A chip's memory may be filled to this share. */
#define MEMORY_SHARE 0.92

/* Activations kept of one layer and micro-batch. */
double memory_activation(const struct work *work, enum recompute recompute);

/* Parameters on each chip of the stage, and those whose optimiser state it holds: with
 * ZeRO-1 each layer's are divided by its replicas in the pod. The first and the last stage
 * have the embedding as well. */
double memory_parameters(const struct site *site);
double memory_shard(const struct site *site);

/* Bytes on each chip. */
double memory_stage(const struct site *site);

struct work site_work(const struct site *site);

#endif
