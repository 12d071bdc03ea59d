/* run.h - one run in the supervisor: what the modules launch, supervise and verdict share.
 *
 * sb_run owns it: sb__launch brings the init to life, sb__supervise waits for the end of
 * the command, sb__finish kills all and reads the counters, sb__judge says how it ended.
 */
#ifndef SB_RUN_H
#define SB_RUN_H

#include "cgroup.h"
#include "child.h"
#include "notify.h"
#include "policy.h"

struct sb__run {
    const struct sb_spec *spec;
    struct sb_result *result;
    bool is_root;
    struct sb__plan plan; /* the child's copy of it is its own */
    const struct sb_policy *policy;
    struct sb_policy *own_policy;
    struct sb__cgroup cgroup;
    struct sb__notify notify;
    struct sb__usage usage; /* the last reading, without our own work */
    uint64_t birth_ns;      /* CPU time of the cgroup before the go */
    uint64_t setup_ns;      /* CPU time of our own work, up to the last report */
    pid_t init;
    int pidfd;      /* of the init */
    int sock;       /* to the init */
    int wall;       /* timerfd: the start must come, then the wall limit */
    int tick;       /* timerfd: next look at the counters */
    int capture[3]; /* read ends */
    int oom_adjust; /* the init's oom_score_adj */
    size_t kept;    /* descriptors that came so far */
    bool is_started;
    bool is_over;      /* the end is known, or failed */
    bool is_end_known; /* result->end is set by something that the guest cannot do */
    bool is_reaped;    /* the init is the only task left */
    bool has_status;   /* status is the command's, as of waitpid */
    int status;
    uint64_t start_ns;
    uint64_t end_ns;
};

/* Adds to result->notes; what does not fit is dropped. */
void sb__note(struct sb_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
