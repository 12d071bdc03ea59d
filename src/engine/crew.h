/* crew.h - the worker processes of a batch. Only for executor.c.
 *
 * A worker is forked once and runs jobs one after the other: it reads a job from one pipe
 * and writes frames to another. It dies with the parent. It knows nothing of the batch but
 * the rules, and is best forked before the batch is loaded: each of its sandboxes is a fork
 * of it, and pays for every page that it has.
 */
#ifndef ENGINE_CREW_H
#define ENGINE_CREW_H

#include "executor.h"

#include <signal.h>
#include <sys/types.h>

enum crew_frame_kind {
    CREW_RESULT = 1, /* the two lines of case_result_print, a newline between */
    CREW_PROBLEM,    /* why the job failed, as text */
    CREW_DONE,       /* the job is over, the worker waits for another */
};

/* Where a worker lives. */
struct crew_place {
    const struct rules *rules;
    const sigset_t *mask; /* to run under */
    unsigned slot;        /* which private uid */
    int cpu;              /* pinned to this one */
};

struct crew_worker {
    pid_t pid;   /* 0: there is none */
    int orders;  /* to it */
    int reports; /* from it */
    size_t job;  /* index in the round, or CREW_IDLE */
};

#define CREW_IDLE ((size_t)-1)

bool crew_start(struct crew_worker *worker, const struct crew_place *place,
                struct pod_error *err);

/* index: what the caller calls the job. False: the worker is dead. */
bool crew_order(struct crew_worker *worker, const struct rules *rules,
                const struct executor_job *job, size_t index);

/* Reads one frame; text is NUL-terminated, the caller frees. False: the worker is dead, or
 * what it says is no frame. */
bool crew_hear(struct crew_worker *worker, enum crew_frame_kind *kind, char **text,
               size_t *length);

/* Ends the worker, by a kill if it is at work, and reaps it: its status as of waitpid. */
int crew_end(struct crew_worker *worker);

#endif
