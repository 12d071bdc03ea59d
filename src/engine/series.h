/* series.h - all runs of one case: warm-up and repeats beside the reference, and again near
 * a limit.
 *
 * Theory of operation. The first run's output is the one whose score is recorded. Every
 * later run must end as well and be accepted by the scorer: the first that is not decides
 * the verdict, since an entry that fails sometimes fails. A later run that is stopped by a
 * limit is no failure but a long time. The first run must keep within 1.1 times the limits;
 * then the median of the times decides, of at least NEAR_RUNS runs if it is within a tenth
 * of a limit (fewer when they all lie on one side of it). Warm-up runs count for all but
 * the times.
 *
 * Of timed runs as many quiet ones are wanted as the plan has repeats (timing.h), and at
 * most TIMING_RUNS_FOR_ONE times as many are made. Before each run the reference is taken
 * until it is quiet, SERIES_PROBES times more than the repeats at most: waiting by it costs
 * less than a long run in a bad moment. What is quiet is measured by the level: the fastest
 * three runs of the reference in a row that were ever seen on that processor, since a
 * machine that is loaded all the time would otherwise be quiet by its own measure only.
 *
 * Calling sequence: fill a struct series, series_run. What a run is, is the caller's: so
 * the order of things is tested without a sandbox.
 */
#ifndef ENGINE_SERIES_H
#define ENGINE_SERIES_H

#include "limit.h"
#include "model/result.h"

enum { NEAR_RUNS = 3, SERIES_PROBES = 20 };

struct series {
    struct timing_plan plan;
    struct limit_times limits; /* the task's own: runs may go on to limit_stops */
    /* Fill verdict, message and times of a run, stopped or not; index counts from 0, the
     * warm-up included. False: the host failed. */
    bool (*launch)(void *context, size_t index, struct case_result *result,
                   struct pod_error *err);
    /* Then score what it left, if its verdict is OK. */
    bool (*score)(void *context, size_t index, struct case_result *result,
                  struct pod_error *err);
    /* The CPU time of the reference now; called only when the plan asks for a timed run. */
    bool (*reference)(void *context, int64_t *cpu_ns, struct pod_error *err);
    void *context;
    int64_t *level_ns; /* so far, 0: not known; it only falls. NULL: not timed */
};

/* result has its task, case_id and key, and gets the rest. */
bool series_run(const struct series *series, struct case_result *result,
                struct pod_error *err);

#endif
