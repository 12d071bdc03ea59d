/* outcome.h - what became of the runs of a case: the metric, and the field's other numbers.
 */
#ifndef LLMSERVE_OUTCOME_H
#define LLMSERVE_OUTCOME_H

#include "policy.h"
#include "world.h"

#include "sdk/verdict.h"

struct series {
    double *values;
    size_t count;
};

struct outcome {
    double attainment[RUNS];
    size_t runs;
    struct series ttft_ms; /* of requests that got a first token */
    struct series tpot_ms; /* of requests that are done and have more than one */
    double seconds;
    uint64_t tokens, preemptions, iterations;
};

void outcome_release(struct outcome *o);

/* Adds a run that is over. */
void outcome_add(struct outcome *o, const struct world *w);

/* Plays a whole run by a policy of ours, and adds it. */
void outcome_play(struct outcome *o, policy_fn *policy, const struct engine_spec *engine,
                  const struct run *run);

/* Mean attainment over the runs: the raw value. */
double outcome_mean(const struct outcome *o);

/* The other numbers. */
void outcome_report(struct outcome *o, struct task_verdict *verdict);

#endif
