/* planner.h - the two plans that a score is measured between: the textbook's, and none that
 * can be beaten.
 */
#ifndef LLMTRAIN_PLANNER_H
#define LLMTRAIN_PLANNER_H

#include "evaluate.h"

/* The best single pod: tensor parallelism over a host, the shortest pipeline that fits,
 * full recomputation, micro-batches of one sequence, plain 1F1B. If no pod holds the model
 * alone, one pipeline through all pods. False: none is feasible. */
bool planner_trivial(const struct instance *instance, struct plan *plan, double *step_s);

/* Seconds in which all chips could do the model's work at the largest efficiency, without
 * traffic. */
double planner_bound(const struct instance *instance);

#endif
