/* pipeline.h - an entry's planned jobs, one after the other: stage, launch, collect, score.
 *
 * Each result is written to RUN/cases/TASK/CASE/result.json and reported before the next
 * case starts, so that whoever records it loses nothing that was finished.
 */
#ifndef ENGINE_PIPELINE_H
#define ENGINE_PIPELINE_H

#include "model/result.h"
#include "plan.h"
#include "store.h"

/* Called after each case, with its result and the two lines of it that are recorded; false
 * stops. */
typedef bool (*pipeline_report)(void *context, const struct result_lines *lines,
                                struct pod_error *err);

/* One entry's way through it. All borrowed. */
struct pipeline {
    const struct rules *rules;
    const struct unpacked *unpacked;
    const struct plan *plan;
    pipeline_report report;
    void *context; /* for report */
};

/* Runs all jobs of the plan. What the entry did wrong is in the results; false means that
 * the host, the task or a report failed. */
bool pipeline_run(const struct pipeline *pipeline, struct pod_error *err);

#endif
