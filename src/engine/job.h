/* job.h - what one task of a Slurm array runs, as a file on the shared folder:
 * podium.job/1.
 *
 * An entry, the cases that it has to run, and the digests that the node must find as well:
 * of podium, the scorers, the entry and each result's key. Paths are absolute and the same
 * on every node. Calling sequence: job_make and job_write on the one side, job_load on the
 * other, job_release (also after a failure).
 */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include "executor.h"

struct job_case {
    char *id;
    struct pod_digest key;
};

struct job_set { /* each of the rules' sets: a file of answers may serve them all */
    char *task;
    char *split;
    char *folder; /* of the set of cases */
    struct pod_digest scorer;
    struct job_case *cases; /* to run; may be none */
    size_t count;
};

struct job {
    char *entry; /* the unpacked entry's folder */
    char *run;   /* where its logs are kept */
    struct pod_digest digest;
    struct pod_digest podium; /* of the program */
    char *spool;              /* where results go, see spool.h */
    char *tasks;              /* folder of tasks */
    char *policy;             /* NULL: the sandbox's own */
    int64_t waived;           /* layers of the sandbox, as bits */
    double cpu_limit_s;       /* 0: the tasks' own */
    struct timing_plan timing;
    struct job_set *sets;
    size_t set_count;
};

/* Of what is wanted. POD_HOST when a path cannot be resolved. */
bool job_make(struct job *job, const struct rules *rules, const struct executor_job *wanted,
              const char *spool, struct pod_error *err);

bool job_write(const struct job *job, const char *path, struct pod_error *err);

/* Strict; failure is POD_HOST: podium wrote it. */
bool job_load(struct job *job, const char *path, struct pod_error *err);
void job_release(struct job *job);

#define job_auto __attribute__((cleanup(job_release)))

#endif
