/* slurm_config.h - how a batch asks Slurm for its jobs: podium.slurm/1.
 *
 * Calling sequence: slurm_config_load, use, slurm_config_release (also after a failure).
 */
#ifndef ENGINE_SLURM_CONFIG_H
#define ENGINE_SLURM_CONFIG_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

struct slurm_config {
    char *partition;            /* NULL: the cluster's default */
    int64_t time_limit_minutes; /* 0: the partition's default */
    int64_t cpus;               /* processors of a job */
    int64_t memory_mib;         /* of a job; 0: the partition's default */
    bool is_exclusive;          /* a node for each job */
    struct pod_names extra;     /* more options of sbatch */
    int64_t max_array;          /* tasks of one array, see MaxArraySize in slurm.conf */
    int64_t rounds;             /* how often a case is submitted at most */
    int64_t poll_ms;            /* between looks at the queue */
    int64_t call_timeout_s;     /* of one sbatch, squeue and so on */
    int64_t patience_minutes;   /* how long the controller may be away */
};

/* path NULL: the defaults. A bad file is POD_USAGE with the JSON path. */
bool slurm_config_load(struct slurm_config *config, const char *path,
                       struct pod_error *err);
void slurm_config_release(struct slurm_config *config);

#endif
