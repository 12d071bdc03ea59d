/* guest.h - the guest's first task, from its birth to its exec.
 *
 * It shares memory and descriptors with the init, which sleeps until the exec (vfork):
 * that is how the init learns what failed, and how it gets the listener of the seccomp
 * filter without the filter having to allow a message.
 */
#ifndef SB_GUEST_H
#define SB_GUEST_H

#include <sys/types.h>

#include "child.h"

struct sb__guest {
    const struct sb__init *init;
    const struct sb_command *command;
    /* Results, valid when sb__guest_start returns: */
    pid_t pid;
    int listener;      /* of the filter, or -1 */
    uint64_t start_ns; /* just before exec */
    uint64_t cpu_ns;   /* used up to then */
    int exec_errno;    /* 0: it runs */
    struct sb_error error;
};

/* False if a layer could not be put in force; then nothing ran. */
bool sb__guest_start(struct sb__guest *guest);

#endif
