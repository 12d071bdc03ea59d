/* executor.h - a batch: many entries through the pipeline, one worker process per core.
 *
 * A worker runs one entry at a time, alone on its core, and hands each finished case to the
 * parent, the only writer of the store, which records it before anything else is told. So a
 * kill of podium, a worker or the machine loses nothing that was recorded, and the next
 * batch runs only what is missing. One entry can end its own worker at worst: the others go
 * on, and a new worker takes the next entry.
 *
 * What the judge failed at (JE, or a worker that died) is tried again, after all others,
 * `tries` times in all; each failure is recorded as such.
 */
#ifndef ENGINE_EXECUTOR_H
#define ENGINE_EXECUTOR_H

#include "plan.h"
#include "store.h"

struct executor_job {
    const struct unpacked *unpacked; /* without a manifest: the worker loads it */
    struct plan plan;                /* what is missing */
};

struct executor_tally {
    size_t recorded;      /* results now in the store */
    size_t judge_errors;  /* cases without a result after all tries */
    size_t failures;      /* entries whose worker failed in the last try */
    size_t retried;       /* cases that were tried again */
    bool was_interrupted; /* SIGINT or SIGTERM */
};

/* result: a case was finished. problem: a worker failed, result is NULL. */
typedef void (*executor_progress)(void *context, const struct unpacked *unpacked,
                                  const struct case_result *result, const char *problem);

/* Workers that wait. */
struct executor_crew;

struct executor {
    const struct rules *rules;
    struct store *store;
    size_t workers;
    struct executor_crew *crew; /* of as many, gathered before; NULL: for this run alone */
    unsigned tries;             /* 0: one */
    executor_progress progress;
    void *context;
};

/* Forks the workers, best before much is loaded: see crew.h. rules must stay as they are.
 * NULL on failure. */
struct executor_crew *executor_gather(const struct rules *rules, size_t workers,
                                      struct pod_error *err);
void executor_dismiss(struct executor_crew *crew);

/* False: the store or the host failed; what was recorded stays. */
bool executor_run(const struct executor *executor, const struct executor_job *jobs,
                  size_t count, struct executor_tally *tally, struct pod_error *err);

/* Processors that this process may use, in order; the caller frees. */
int *executor_cpus(size_t *count);

#endif
