/* cgroup.h - one cgroup for one run: limits on all its tasks together, exact counters.
 *
 * One interface over version 2, version 1 and none. Calling sequence: sb__cgroup_open
 * makes a fresh group with every limit written and read back; sb__cgroup_attach moves the
 * init into it before it does anything; sb__cgroup_read at any time and once more when all
 * are dead; sb__cgroup_close removes it.
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
    uint64_t oom_kills;
    uint64_t fork_failures; /* times the limit on tasks refused a new one */
};

enum { SB__CGROUP_PARTS = 3 };

struct sb__cgroup_kind;

struct sb__cgroup {
    const struct sb__cgroup_kind *kind;
    char name[32];               /* of the run's folder, in each part */
    int base[SB__CGROUP_PARTS];  /* the folder "podbox"; v1: memory, pids, cpuacct */
    int group[SB__CGROUP_PARTS]; /* v2: the first only */
    struct sb_limits limits;     /* none: what is checked here */
    pid_t init;                  /* none: whose tree is measured */
    struct sb__usage seen;       /* none: highest so far */
    char notes[128];             /* what is not limited as asked */
};

/* A version. Every function may be NULL: nothing to do. */
struct sb__cgroup_kind {
    const char *name;
    bool (*open)(struct sb__cgroup *cg, struct sb_error *err);
    bool (*limit)(struct sb__cgroup *cg, struct sb_error *err);
    bool (*attach)(struct sb__cgroup *cg, pid_t pid, struct sb_error *err);
    bool (*read)(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err);
    void (*kill)(struct sb__cgroup *cg);
};

/* Prefers v2 with the controllers memory and pids, then v1. Fails with SB_HOST if there is
 * neither or it may not be written. */
bool sb__cgroup_open(struct sb__cgroup *cg, const struct sb_limits *limits,
                     struct sb_error *err);
void sb__cgroup_open_none(struct sb__cgroup *cg, const struct sb_limits *limits);

bool sb__cgroup_attach(struct sb__cgroup *cg, pid_t pid, struct sb_error *err);
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

/* Writes a limit and reads it back; limit 0 writes `none`. */
bool sb__cgroup_set(int group, const char *file, uint64_t limit, const char *none,
                    struct sb_error *err);

extern const struct sb__cgroup_kind sb__cgroup_v1, sb__cgroup_v2, sb__cgroup_none;

#endif
