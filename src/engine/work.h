/* work.h - a job file on a node: run its cases, commit each result to the spool.
 *
 * Everything that is read on the shared folder is checked against the job's digests, so
 * that a node with another podium, task or policy refuses instead of making results under
 * a wrong key. What is written goes to a private folder, removed at the end, but the
 * results and the logs of those that count.
 */
#ifndef ENGINE_WORK_H
#define ENGINE_WORK_H

#include "base/error.h"

#include <stddef.h>

struct work_tally {
    size_t committed;    /* results that are the first of their case */
    size_t present;      /* were there before: not run */
    size_t repeated;     /* finished, but another was first */
    size_t judge_errors; /* noted, no result */
};

/* False: the host, a task or the job failed; what was committed stays. */
bool work_run(const char *job_file, struct work_tally *tally, struct pod_error *err);

#endif
