/* score.h - the verdict on plan.json, and the verb `evaluate`. */
#ifndef LLMTRAIN_SCORE_H
#define LLMTRAIN_SCORE_H

#include "sdk/task.h"

/* raw = ln(trivial / step) / ln(trivial / bound); points are 100 times that. Strictly, a
 * plan that breaks a rule is rejected; leniently it counts as four times the trivial. */
bool score_plan(const struct task_score *job, struct task_error *err);

double score_raw(double step_s, double trivial_s, double bound_s);

/* The verb `evaluate`: prints where time and memory go. A plan that breaks a rule or does
 * not fit ends it with status 2 and a line that says why. */
#define SCORE_EVALUATE_USAGE "[--json] INSTANCE PLAN"
bool score_evaluate(int argc, char **argv, struct task_error *err);

#endif
