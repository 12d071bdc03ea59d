/* worker.h - a worker in the supervisor: what launching, supervising and judging share.
 *
 * worker.c owns it and is the calling sequence: sb__launch_prepare once; sb__launch
 * whenever there is no init; sb__order_run for each run; sb__supervise whenever a
 * descriptor is readable; sb__judge at the end of a run. supervise.c opens with the theory
 * of operation.
 */
#ifndef SB_WORKER_H
#define SB_WORKER_H

#include "cgroup.h"
#include "child.h"
#include "notify.h"
#include "policy.h"
#include "wire.h"

#define SB__SECOND_NS ((uint64_t)1000000000)
#define SB__SETUP_NS (120 * SB__SECOND_NS) /* a large folder may have to be copied */

/* What the supervisor polls; also the order in which it is looked at. */
enum sb__at { AT_SOCK, AT_LISTENER, AT_OUT, AT_ERR, AT_TICK, AT_WALL, AT_PIDFD, AT_COUNT };

/* Of the sandbox, beside whether a command runs. */
enum sb__stage {
    SB__ABSENT,   /* no init */
    SB__SETUP,    /* the root is being assembled */
    SB__READY,    /* waits for an order */
    SB__RUNNING,  /* an order was sent; its end has not been told */
    SB__ENDED,    /* the command has ended, the init reaps what is left */
    SB__CLEANING, /* the init makes touched folders anew */
    SB__DYING,    /* killed; the pidfd says when all are dead */
};

/* One run. */
struct sb__run {
    const struct sb_command *command;
    struct sb_result *result;
    struct sb__usage usage; /* the last reading, without our own work */
    uint64_t setup_ns;      /* CPU time of our own work, up to the last report */
    int capture[3];         /* read ends */
    bool is_started;
    bool is_over;      /* the cause of the end is known */
    bool is_end_known; /* result->end is set by something that the guest cannot do */
    bool has_status;   /* status is the command's, as of waitpid */
    int status;
    uint64_t start_ns;
    uint64_t end_ns;
};

struct sb_worker {
    const struct sb_spec *spec;
    bool is_root;
    bool is_single_use; /* one run an init, then a new one */
    const struct sb_policy *policy;
    struct sb_policy *own_policy;
    struct sb__plan plan; /* the child's copy of it is its own */
    struct sb__cgroup cgroup;
    bool has_cgroup; /* of whatever kind; it outlives an init */
    struct sb__notify notify;
    char notes[256]; /* what is missing, for each result */
    int null;        /* /dev/null */
    int epoll;
    int fds[AT_COUNT]; /* what epoll watches, or -1 */
    enum sb__stage stage;
    pid_t init;
    int *kept; /* descriptors of the kept mounts that came so far */
    size_t kept_count, kept_size;
    int cpus;        /* that a guest may keep busy at once */
    bool is_dirty;   /* the last guest touched a writable folder */
    bool is_running; /* run is in use, until its result is filled or it failed */
    struct sb__run run;
    struct sb__wire *wire; /* of a talk, or NULL */
    uint64_t init_cpu_ns;  /* no cgroup: what the kernel accounted before this run */
};

/* Adds to notes of size bytes; what does not fit is dropped. */
void sb__note(char *notes, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Which layers can be had, which may be missing, and which are missing after all; then the
 * plan of the root, timers, and all else that every run shares. */
bool sb__launch_prepare(struct sb_worker *worker, struct sb_error *err);

/* Clones the init into its namespaces, lets it go on and finds it a cgroup meanwhile; then
 * lets it join that. */
bool sb__launch(struct sb_worker *worker, struct sb_error *err);
bool sb__launch_join(struct sb_worker *worker, struct sb_error *err);

/* Gives the init an order. An init that failed has said why, which is to be told, so that
 * it hears no more is no error here: the supervisor will see. */
bool sb__order_send(struct sb_worker *worker, enum sb__order_kind kind, const int *fds,
                    size_t count, struct sb_error *err);

/* Begins the run in worker->run: limits and counters; then streams and the order to the
 * init, which may still be in its setup. */
bool sb__order_count(struct sb_worker *worker, struct sb_error *err);
bool sb__order_run(struct sb_worker *worker, struct sb_error *err);

/* Watches fd as `at` instead of what is there, which is closed; -1: nothing. */
bool sb__watch(struct sb_worker *worker, enum sb__at at, int fd, struct sb_error *err);

/* Looks at what is readable within timeout_ms (-1: waits) and does what is due. False:
 * the harness failed; sb__kill is up to the caller. */
bool sb__supervise(struct sb_worker *worker, int timeout_ms, struct sb_error *err);

/* Ends the run for this cause, unless it has ended: all are killed. */
void sb__end_run(struct sb_worker *worker, enum sb_end end);

/* Sets the wall timer to guard our own work; 0: off. */
bool sb__guard(struct sb_worker *worker, uint64_t ns, struct sb_error *err);

/* Takes what is left in the captured pipes and closes them. */
bool sb__empty_pipes(struct sb_worker *worker, struct sb_error *err);

/* Starts the death of every task; stage becomes SB__DYING, or SB__ABSENT. */
void sb__kill(struct sb_worker *worker);

/* Waits until the worker can be given an order at once. */
bool sb__worker_ready(struct sb_worker *worker, struct sb_error *err);

/* Waits for the end of the running command. */
enum sb_progress sb__worker_wait(struct sb_worker *worker, struct sb_error *err);

/* A task was killed for memory far from the run's own limit. Guests are the first to go
 * when the host has none left, and that is not their doing. */
bool sb__is_host_out_of_memory(const struct sb__run *run);

/* The run is over and its counters are read: fills the result. */
void sb__judge(struct sb_worker *worker);

#endif
