/* drift.h - the reference workload before and after a timed batch, on each of its
 * processors.
 *
 * Calling sequence: drift_start, the batch, drift_end, drift_print or drift_json,
 * drift_release (also after a failure). Where the rules ask for no timed runs all of them
 * do nothing. Ratios to the reference take a drift out of the results; a large one says
 * that the machine was not as quiet as a timed batch wants it.
 */
#ifndef CLI_DRIFT_H
#define CLI_DRIFT_H

#include "engine/plan.h"
#include "engine/store_drift.h"

struct drift {
    const struct rules *rules; /* borrowed; NULL: there is nothing to do */
    struct store_drift *cpus;
    size_t count;
};

/* The processors that as many workers are pinned to. */
bool drift_start(struct drift *drift, const struct rules *rules, size_t workers,
                 struct pod_error *err);

/* Also records it. */
bool drift_end(struct drift *drift, struct store *store, struct pod_error *err);

/* A line for each processor on standard output. */
void drift_print(const struct drift *drift);

/* An array, empty where nothing was timed. The caller decrefs. */
json_t *drift_json(const struct drift *drift);
void drift_release(struct drift *drift);

#endif
