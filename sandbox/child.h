/* child.h - what runs after clone: the init, pid 1 of the sandbox, and the guest's first
 * task up to its exec.
 *
 * Calling sequence: the supervisor fills a plan, clones with all namespaces, and the clone
 * calls sb__child_main, which never returns. It waits for SB__ORDER_GO (the maps are
 * written), builds the root, waits for SB__ORDER_JOIN, joins its cgroup and says
 * SB__REPORT_READY. Then it obeys orders, one byte each: the command of a run is in the
 * arena, its descriptors come with the byte. All that it has to say goes as struct
 * sb__report over the socket: its exit status means nothing, and the guest holds no
 * descriptor of it. It allocates nothing: the process that cloned may have had threads that
 * held the heap's lock.
 */
#ifndef SB_CHILD_H
#define SB_CHILD_H

#include <linux/filter.h>

#include "cgroup.h"
#include "podbox.h"
#include "root.h"

enum {
    SB__MAX_PASS_FDS = 16,
    SB__MAX_RUN_FDS = 3 + SB__MAX_PASS_FDS,
    SB__MAX_GUEST_FD = 255,
    SB__ARENA_BYTES = 2 << 20, /* argv, env, cwd: as much as the kernel takes for 8 MiB of
                                  stack */
};

enum sb__order_kind {
    SB__ORDER_GO = 'g',   /* the maps are written */
    SB__ORDER_JOIN = 'j', /* the cgroup is there, with its files */
    SB__ORDER_RUN = 'r',
    SB__ORDER_RUN_ONCE = 'o', /* sent before the init is ready: its counters began with its
                                 birth */
    SB__ORDER_CLEAN = 'c',
};

/* Shared memory of supervisor and init at the same address in both; no guest sees it, since
 * memory does not survive an exec. The supervisor writes it before the order, the init
 * only reads. */
struct sb__arena {
    unsigned layers;           /* in force */
    struct sb_command command; /* points into text; descriptors are those of the order */
    size_t used;
    char text[];
};

struct sb__plan {
    const struct sb_spec *spec;
    int landlock_abi;
    struct sock_fprog filter;
    struct sb__root root;
    struct sb__arena *arena;
    int sock;   /* the init's end */
    int parent; /* pidfd of the supervisor */
    bool is_root;
    struct sb_ground *ground; /* taken for the worker's life, or NULL: one of its own */
    char *stack;              /* of the guest's task until its exec */
    size_t stack_size;
};

enum sb__report_kind {
    SB__REPORT_FAILED,       /* error: nothing ran */
    SB__REPORT_KEPT,         /* with a descriptor: the next kept mount */
    SB__REPORT_READY,        /* for an order: assembled, or cleaned */
    SB__REPORT_NOT_EXECUTED, /* status: the errno of execve */
    SB__REPORT_STARTED,      /* at_ns: just before exec; with the listener, if any */
    SB__REPORT_ENDED,        /* status as of waitpid, at_ns */
    SB__REPORT_REAPED,       /* every other task is gone */
};

struct sb__report {
    enum sb__report_kind kind;
    int status;    /* REAPED repeats it and at_ns: ENDED is left out if nothing lived on */
    bool is_dirty; /* REAPED: the guest touched a writable folder */
    uint64_t at_ns;
    uint64_t setup_ns;  /* CPU time of our own work since the order */
    uint64_t user_ns;   /* READY, REAPED: the kernel's account of the init and all that it
                           reaped, */
    uint64_t system_ns; /* since its birth */
    struct sb_error error;
};

__attribute__((noreturn)) void sb__child_main(struct sb__plan *plan);

/* The steps from birth to READY. */
struct sb__init {
    struct sb__plan *plan;
    const struct sb_command *command; /* of the order */
    int run_fds[SB__MAX_RUN_FDS];     /* that came with it: streams, then pass_fds */
    size_t run_fd_count;
    int ruleset;
    int last_pid;          /* /proc/sys/kernel/ns_last_pid, or -1 */
    bool has_joined;       /* its cgroup */
    uint64_t birth_cpu_ns; /* when it joined its cgroup */
    uint64_t order_cpu_ns; /* when the counters of the run began */
    struct sb_error error;
};

bool sb__setup(struct sb__init *init);

/* After a run: what was touched is made anew. */
bool sb__setup_again(struct sb__init *init);

#endif
