/* cgroup.h - one cgroup for one worker: limits on all its tasks together, exact counters.
 *
 * One interface over version 2, version 1 and none. Calling sequence: sb__cgroup_open_*
 * makes a fresh group; the init is born in it (version 2: `birth` goes to clone3) or joins
 * it before anything that counts (sb__cgroup_join); the supervisor says sb__cgroup_born.
 * For each run: sb__cgroup_begin writes every limit, reads it back and starts the counters
 * anew; sb__cgroup_read at any time and once more when all are dead. sb__cgroup_close
 * removes it.
 *
 * Nobody is ever attached by pid: that takes a lock which waits for a grace period of all
 * processors, 10 ms after an idle moment. A single task that moves itself does not take it
 * (kernel/cgroup/cgroup.c, cgroup_procs_write_start).
 *
 * All groups stand below one folder "podbox" of the hierarchy. While its supervisor lives
 * it holds a lock on its group; who gets the lock of a group has found one whose supervisor
 * is dead, in whatever pid namespace that was, and removes it. Opening does that first.
 *
 * With none, counters come from /proc and the kernel's usage of the init, and they miss a
 * child that its parent never waits for (see cgroup_none.c).
 */
#ifndef SB_CGROUP_H
#define SB_CGROUP_H

#include <sys/types.h>

#include "podbox.h"

struct sb__usage {
    uint64_t cpu_ns;
    uint64_t user_ns;
    uint64_t system_ns;
    uint64_t peak_bytes;
    bool is_peak_sampled; /* it may have been higher */
    uint64_t oom_kills;
    uint64_t fork_failures; /* times the limit on tasks refused a new one */
};

enum { SB__CGROUP_PARTS = 3, SB__CGROUP_FILES = 10 };

struct sb__cgroup_kind;

/* A file of a group that stays open, because opening costs more than reading. */
struct sb__cgroup_file {
    int part;
    const char *name;
    int flags;
    bool may_lack;
};

struct sb__cgroup {
    const struct sb__cgroup_kind *kind;
    char name[32];                /* of the run's folder, in each part */
    int parent[SB__CGROUP_PARTS]; /* the folder "podbox"; v1: memory, pids, cpuacct */
    int group[SB__CGROUP_PARTS];  /* v2: the first only */
    int files[SB__CGROUP_FILES];  /* as the kind lists them; -1: this kernel lacks it */
    int birth;                    /* v2: for clone3's CLONE_INTO_CGROUP; or -1 */
    int join[SB__CGROUP_PARTS];   /* v1: the init writes itself to these; or -1 */
    struct sb_limits limits;      /* of the run */
    pid_t init;                   /* none: whose tree is measured */
    struct sb__usage base;        /* counters when the run began */
    struct sb__usage seen;        /* where the kernel keeps no maximum: highest so far */
    bool counts_one_run;          /* the peak cannot be reset: a new group for each run */
    char notes[128];              /* what is not limited as asked */
};

/* A version. Every function may be NULL: nothing to do. */
struct sb__cgroup_kind {
    const char *name;
    const struct sb__cgroup_file *files; /* in the order of cg->files; name NULL ends */
    bool (*open)(struct sb__cgroup *cg, struct sb_error *err);
    bool (*limit)(struct sb__cgroup *cg, struct sb_error *err);
    bool (*reset_peak)(struct sb__cgroup *cg); /* false: it cannot be */
    /* Totals since the group was made, the peak since its reset. User and system time need
     * not add up to cpu_ns. */
    bool (*read)(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err);
    void (*kill)(struct sb__cgroup *cg);
};

/* v2 needs the controllers memory and pids, and must be open before the init is born; v1
 * may be made beside the init's setup. SB_HOST: it is not mounted or may not be written. */
bool sb__cgroup_open_v2(struct sb__cgroup *cg, struct sb_error *err);
bool sb__cgroup_open_v1(struct sb__cgroup *cg, struct sb_error *err);
void sb__cgroup_open_none(struct sb__cgroup *cg);

/* Another fresh group beside `like`, which is open, in a quarter less time: nothing is
 * looked for, and nothing is swept up. With none it is none. */
bool sb__cgroup_open_like(struct sb__cgroup *cg, const struct sb__cgroup *like,
                          struct sb_error *err);

/* In the task that is to live in the group, while it has one thread; allocates nothing. */
bool sb__cgroup_join(const int *join, size_t count);
void sb__cgroup_born(struct sb__cgroup *cg, pid_t init);

bool sb__cgroup_begin(struct sb__cgroup *cg, const struct sb_limits *limits,
                      struct sb_error *err);
bool sb__cgroup_read(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err);
void sb__cgroup_kill(struct sb__cgroup *cg);

/* Removes the group, waiting a bounded time for the last tasks to leave it. */
bool sb__cgroup_close(struct sb__cgroup *cg, struct sb_error *err);

/* Shared by the versions. */

/* Finds where a hierarchy is mounted: controller of v1, or NULL for v2. */
bool sb__cgroup_find(const char *mountinfo, const char *controller, char *path,
                     size_t size);

/* Opens part i: base/podbox below path, the run's fresh and locked folder in it. */
bool sb__cgroup_make(struct sb__cgroup *cg, int part, const char *path,
                     struct sb_error *err);

/* Writes a limit to file i of the kind and reads it back; limit 0 writes `none`. */
bool sb__cgroup_set(struct sb__cgroup *cg, int i, uint64_t limit, const char *none,
                    struct sb_error *err);

/* The text of file i from its start; -1 with errno. */
ssize_t sb__cgroup_get(const struct sb__cgroup *cg, int i, char *text, size_t size);
bool sb__cgroup_get_u64(const struct sb__cgroup *cg, int i, uint64_t *value);

extern const struct sb__cgroup_kind sb__cgroup_v1, sb__cgroup_v2, sb__cgroup_none;

#endif
