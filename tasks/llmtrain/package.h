/* package.h - cases: one instance each, in/ for the entry and ref/ for the scorer.
 *
 * in/ has instance.json, a plan that is worth 0 points (trivial.json), the evaluator in
 * Python and README.txt; ref/ has reference.json, the two step times between which a score
 * is measured.
 */
#ifndef LLMTRAIN_PACKAGE_H
#define LLMTRAIN_PACKAGE_H

#include "instance.h"
#include "sdk/task.h"

struct reference {
    char group[INSTANCE_NAME]; /* class of the instance, or the format it came in */
    double trivial_s, bound_s;
};

/* Writes OUT/llmtrain-<name>/. The current folder is the task's. */
bool package_write(const char *out, const struct instance *instance, const char *group,
                   struct task_error *err);

bool package_load(const char *case_dir, struct instance *instance,
                  struct reference *reference, struct task_error *err);

bool package_generate(const struct task_generate *job, struct task_error *err);

#endif
