/* driver.h - private to slurm*.c: one batch by Slurm while it runs. */
#ifndef ENGINE_DRIVER_H
#define ENGINE_DRIVER_H

#include "roster.h"
#include "slurm.h"
#include "spool.h"

struct driver {
    const struct slurm *slurm;
    const struct executor_job *jobs;
    char *top; /* WORK/slurm */
    char id[SPOOL_ID];
    char *podium; /* this program */
    struct roster roster;
    struct slurm_client client;
    struct executor_tally *tally;
    size_t repeated;       /* results that came twice */
    size_t again;          /* cases submitted again */
    size_t ends;           /* jobs that ended without all their results */
    struct pod_names said; /* lines that were logged and need not be again */
    struct pod_names sick; /* nodes, when they were last looked at */
    uint64_t silent_ns;    /* since when the controller does not answer; 0: it does */
    unsigned failures;     /* calls that failed in a row */
    uint64_t nodes_ns;     /* when the nodes were looked at */
};

/* A line on the log, once. */
void driver_say_once(struct driver *driver, const char *line);

/* slurm_arrays.c */

/* Arrays of a batch that was killed. */
bool driver_adopt(struct driver *driver, struct pod_error *err);

/* Write arrays for all wants that nothing covers and that may be tried again. */
bool driver_plan(struct driver *driver, struct pod_error *err);

/* sbatch for arrays that are not in Slurm. False: Slurm refuses them. */
bool driver_submit(struct driver *driver, struct pod_error *err);

/* Report tasks that ended without their results, and forget arrays that are over. */
bool driver_retire(struct driver *driver, struct pod_error *err);

/* slurm_home.c: results and notes of the jobs, into the store and the tally. */
bool driver_take_home(struct driver *driver, struct pod_error *err);

#endif
