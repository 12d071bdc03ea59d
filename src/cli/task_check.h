/* task_check.h - is a task fit to be in a competition?
 *
 * Its folder explains itself (manifest, README); its cases are the same bytes when made
 * again; every sample entry gets the verdict of the folder it is filed under (those in the
 * task's entries/ and those beside the competition that play this task); and the scored
 * ones keep the order that task.json states, worst first, by mean raw value.
 */
#ifndef CLI_TASK_CHECK_H
#define CLI_TASK_CHECK_H

#include "base/json.h"
#include "season.h"

/* season holds one task with its cases. every: scored samples run on each so many-th case
 * only, the first one included, 1: on all. Each finding is appended to findings, an array
 * of strings; without opt->is_json they and what was checked are printed as well. False:
 * the host failed. */
bool task_check(struct season *season, const struct opt *opt, size_t every,
                json_t *findings, struct pod_error *err);

#endif
