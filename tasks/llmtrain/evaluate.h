/* evaluate.h - the time and the memory that a plan takes on an instance.
 *
 * evaluate holds the plan against every rule first: a plan that breaks one, or that some
 * chip's memory cannot hold, fails with TASK_ENTRY and a line that says where and how much,
 * before anything is simulated.
 */
#ifndef LLMTRAIN_EVALUATE_H
#define LLMTRAIN_EVALUATE_H

#include "plan.h"

struct stage_result {
    double memory_bytes; /* on each chip */
    double limit_bytes;
    double busy_s; /* of all its passes in a step */
    double hop_s;  /* until a message is at the next stage; 0: there is none */
};

struct evaluation {
    double step_s;     /* pipelines and what of the sums they do not hide, and optimiser */
    double pipeline_s; /* until the last backward pass */
    double sync_s;     /* from there until all gradients are summed */
    double optimizer_s;
    double group_s[PLAN_GROUPS];
    struct stage_result stages[PLAN_GROUPS][PLAN_STAGES];
};

bool evaluate(const struct instance *instance, const struct plan *plan,
              struct evaluation *evaluation, struct task_error *err);

/* Words for people: where time and memory go, and what binds. */
void evaluation_print(const struct instance *instance, const struct plan *plan,
                      const struct evaluation *evaluation, struct task_buf *out);

/* The same numbers as a JSON object, with all their digits. */
void evaluation_dump(const struct plan *plan, const struct evaluation *evaluation,
                     struct task_buf *out);

#endif
