/* child.h - what runs after clone: the init, pid 1 of the sandbox, and the guest's first
 * task up to its exec.
 *
 * Calling sequence: the supervisor fills a plan, clones with all namespaces, and the clone
 * calls sb__child_main, which never returns. It waits for one byte on the socket (the maps
 * are written and it is in its cgroup), builds the root, starts the guest and then only
 * reaps. All it has to say goes as struct sb__report over the socket: its exit status means
 * nothing, and the guest holds no descriptor of it. It allocates nothing: the process that
 * cloned may have had threads that held the heap's lock.
 */
#ifndef SB_CHILD_H
#define SB_CHILD_H

#include <linux/filter.h>

#include "podbox.h"
#include "root.h"

struct sb__plan {
    const struct sb_spec *spec;
    unsigned layers; /* in force */
    int landlock_abi;
    struct sock_fprog filter;
    struct sb__root root;
    int stream_fds[3]; /* the guest's ends */
    int sock;          /* the init's end */
    int parent;        /* pidfd of the supervisor */
    bool is_root;
    char *stack; /* of the guest's task until its exec */
    size_t stack_size;
};

enum sb__report_kind {
    SB__REPORT_FAILED,       /* error: nothing ran */
    SB__REPORT_KEPT,         /* with a descriptor: the next kept mount */
    SB__REPORT_NOT_EXECUTED, /* status: the errno of execve */
    SB__REPORT_STARTED,      /* at_ns: just before exec; with the listener, if any */
    SB__REPORT_ENDED,        /* status as of waitpid, at_ns */
    SB__REPORT_REAPED,       /* every other task is gone; setup_ns again, up to now */
};

struct sb__report {
    enum sb__report_kind kind;
    int status;
    uint64_t at_ns;
    uint64_t setup_ns; /* CPU time of our own work since the go */
    struct sb_error error;
};

__attribute__((noreturn)) void sb__child_main(struct sb__plan *plan);

#endif
