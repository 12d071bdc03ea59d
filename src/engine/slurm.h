/* slurm.h - a batch on more than one machine: executor_run's work as arrays of Slurm jobs.
 *
 * Every node must have this program, its tasks and the working folder under the same path.
 * Jobs run `podium work`, results come home as files (spool.h), and this process alone
 * writes the store. Cut off at any moment, the next batch goes on: it finds the results
 * and the arrays that are there, by name. SIGINT and SIGTERM cancel the arrays.
 */
#ifndef ENGINE_SLURM_H
#define ENGINE_SLURM_H

#include "executor.h"
#include "slurm_config.h"

struct slurm {
    const struct slurm_config *config;
    const struct rules *rules;
    struct store *store;
    size_t at_once; /* tasks of an array at a time; 0: as many as Slurm likes */
    executor_progress progress;
    void *context;
};

/* As executor_run: false when the store, the host or Slurm failed; what was recorded stays.
 * In the tally, failures are entries with cases that came to no result in all rounds. */
bool slurm_run(const struct slurm *slurm, const struct executor_job *jobs, size_t count,
               struct executor_tally *tally, struct pod_error *err);

#endif
