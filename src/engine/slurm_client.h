/* slurm_client.h - Slurm's commands: sbatch, squeue, scontrol, scancel, sinfo.
 *
 * The commands and not libslurm, whose soname changes with every release: one podium would
 * fit one cluster. Their output is asked for by a format of ours, which has been the same
 * for many years, where that of --json changes. Every call has a time limit.
 */
#ifndef ENGINE_SLURM_CLIENT_H
#define ENGINE_SLURM_CLIENT_H

#include "base/buf.h"
#include "base/error.h"
#include "call.h"
#include "slurm_config.h"

struct slurm_client {
    const struct slurm_config *config;
    int stop_fd; /* readable: calls that only look are ended; -1: not */
    char *words; /* what the last failed call said */
    char **env;  /* of the commands */
};

void slurm_client_init(struct slurm_client *client, const struct slurm_config *config,
                       int stop_fd);
void slurm_client_release(struct slurm_client *client);

/* An array to submit: tasks 0 to count - 1, each runs SCRIPT PODIUM FOLDER in FOLDER. All
 * borrowed. */
struct slurm_submission {
    const char *name;
    const char *folder; /* of the job files; logs go there too */
    const char *script;
    const char *podium;
    size_t count;
    size_t at_once; /* 0: as many as Slurm likes */
};

/* sbatch. Without an answer the array may have been submitted all the same: look for its
 * name before trying again. */
enum call_end slurm_submit(struct slurm_client *client,
                           const struct slurm_submission *submission,
                           struct pod_error *err);

/* A task that Slurm still knows and that has not ended. */
struct slurm_row {
    char *task;  /* "123_4", as scontrol takes it */
    char *array; /* name of the job */
    uint64_t index;
    bool is_held;   /* by Slurm, after a launch that failed */
    bool is_paused; /* held by a person */
};

struct slurm_rows {
    struct slurm_row *items;
    size_t count;
};

/* squeue, of all tasks of the arrays with these names. An answer that cannot be read is
 * CALL_IMPOSSIBLE. */
enum call_end slurm_list(struct slurm_client *client, const struct pod_names *names,
                         struct slurm_rows *rows, struct pod_error *err);
void slurm_rows_release(struct slurm_rows *rows);

enum call_end slurm_release(struct slurm_client *client, const char *task,
                            struct pod_error *err);
enum call_end slurm_cancel_task(struct slurm_client *client, const char *task,
                                struct pod_error *err);

/* All tasks of the arrays with this name. */
enum call_end slurm_cancel(struct slurm_client *client, const char *name,
                           struct pod_error *err);

/* sinfo: a line for each node that is down, drained or silent: "n2 is down*: Not
 * responding". */
enum call_end slurm_sick_nodes(struct slurm_client *client, struct pod_names *lines,
                               struct pod_error *err);

/* The parsers, for tests: of the output of squeue and of sinfo. */
bool slurm_rows_parse(const char *text, struct slurm_rows *rows, struct pod_error *err);
void slurm_nodes_parse(const char *text, struct pod_names *lines);

#endif
