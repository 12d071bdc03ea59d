/* cost.h - time of a transformer layer on the chips that share it.
 *
 * A roofline whose two sides are joined by a 4-norm, with what a chip reaches of its peak
 * fitted on measured matrix products and all-reduces; README.md says where the constants
 * come from. Only + - * / and sqrt are used, so the last bit is the same everywhere.
 */
#ifndef LLMTRAIN_COST_H
#define LLMTRAIN_COST_H

#include "instance.h"

/* A micro-batch on a tensor-parallel group. */
struct work {
    const struct chip *chip;
    const struct model *model;
    int tp;
    double microbatch;       /* sequences */
    bool has_sequence_split; /* sequence parallelism; always so in the task */
};

/* Seconds of one layer. `forward` and `backward` are without traffic. */
struct layer_cost {
    double forward, backward;
    double forward_traffic, backward_traffic; /* all-reduces of the tensor-parallel group */
    double attention;                         /* the part of forward */
};

struct layer_cost cost_layer(const struct work *work);

/* Forward pass of the logits; backward takes twice that. */
double cost_logits(const struct work *work);

/* Matrix product m x k by k x n. */
double cost_product(const struct chip *chip, double m, double n, double k);

/* Ring all-reduce of `bytes` over n members at `bandwidth` bytes/s. */
double cost_ring(double n, double bytes, double bandwidth, double latency);

double cost_layer_parameters(const struct model *model);
double cost_embedding_parameters(const struct model *model);
double cost_parameters(const struct model *model);

/* Forward and backward, nothing done twice, attention not halved by its mask: the usual
 * convention of MFU. */
double cost_flops(const struct model *model, double sequences);

#endif
