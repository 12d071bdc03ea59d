/* roster.h - what a batch by Slurm waits for, and which tasks are to bring it.
 *
 * A want is one case of one entry without a result. A task of an array covers its wants
 * until Slurm has not known it for two looks in a row; a want that nothing covers is
 * submitted again. States of jobs, exit codes and restart counts decide nothing here, as
 * Slurm runs a task twice or forgets it: done is what has a result.
 * Plain data and no input or output, so that it can be tested without a cluster.
 */
#ifndef ENGINE_ROSTER_H
#define ENGINE_ROSTER_H

#include "executor.h"
#include "slurm_client.h"

struct roster_want {
    size_t job, at; /* jobs[job].plan.jobs[at] */
    const char *key;
    unsigned tries; /* submissions that had it */
    bool is_done;
    bool is_covered;
    char *judge_error; /* what the last JE of it said; NULL: there was none */
};

struct roster_task {
    size_t *wants; /* numbers */
    size_t count;
    unsigned absent;   /* looks in a row that did not show it */
    unsigned releases; /* how often it was held and let go */
    bool is_told;      /* its end was reported */
};

struct roster_array {
    unsigned number;
    char *name;
    bool is_asked; /* sbatch was run for it, whatever it said */
    bool is_submitted;
    unsigned refusals; /* of sbatch, in a row */
    struct roster_task *tasks;
    size_t count;
};

struct roster {
    struct roster_want *wants; /* in the order of jobs and their plans */
    size_t count;
    size_t *by_key; /* numbers of wants */
    struct roster_array *arrays;
    size_t array_count;
};

/* Borrows the jobs. */
void roster_init(struct roster *roster, const struct executor_job *jobs, size_t count);
void roster_release(struct roster *roster);

/* NULL: nobody waits for a result with this key. */
struct roster_want *roster_find(struct roster *roster, const char *key);
size_t roster_missing(const struct roster *roster);

/* The pointer holds until the next call. name is copied. */
struct roster_array *roster_add_array(struct roster *roster, unsigned number,
                                      const char *name, size_t tasks);
void roster_add_want(struct roster_array *array, size_t task, size_t want);
void roster_drop_array(struct roster *roster, size_t at);

/* Take in what squeue says. */
void roster_see(struct roster *roster, const struct slurm_rows *rows);

/* NULL: the row is of no task of ours. */
struct roster_task *roster_find_task(struct roster *roster, const struct slurm_row *row);

/* Set is_covered of all wants. */
void roster_cover(struct roster *roster);

bool roster_task_is_over(const struct roster_array *array, const struct roster_task *task);
bool roster_array_is_over(const struct roster_array *array);

/* Wants of a task that are not done. */
size_t roster_task_missing(const struct roster *roster, const struct roster_task *task);

#endif
