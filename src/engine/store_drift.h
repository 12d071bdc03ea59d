/* store_drift.h - how fast the machine was around each timed batch.
 *
 * CPU time of the reference workload (reference.h) on one processor, before the first case
 * and after the last. Failure is POD_HOST.
 */
#ifndef ENGINE_STORE_DRIFT_H
#define ENGINE_STORE_DRIFT_H

#include "store.h"

struct store_drift {
    int64_t started_ms, ended_ms; /* the instants of the two looks */
    int64_t cpu;
    int64_t before_ns, after_ns; /* medians */
};

bool store_drift(struct store *store, const struct store_drift *drift,
                 struct pod_error *err);

/* Visit all in the order of recording. visit returning false stops and is the answer. */
typedef bool (*store_visit_drift)(void *context, const struct store_drift *drift,
                                  struct pod_error *err);
bool store_each_drift(struct store *store, store_visit_drift visit, void *context,
                      struct pod_error *err);

#endif
