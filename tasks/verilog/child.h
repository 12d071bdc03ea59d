/* child.h - runs one program in a folder under limits, and says how it ended.
 *
 * The program gets a process group of its own, no descriptor but 0 to 2, an environment of
 * two words, and limits; what it says goes to the file "log" of the folder. When its time
 * is up, or it has ended, its whole group is killed. Failure is TASK_HOST: what the program
 * itself did is told in vlog_end.
 */
#ifndef VLOG_CHILD_H
#define VLOG_CHILD_H

#include "sdk/error.h"

#include <stdbool.h>
#include <stdint.h>

struct vlog_limits {
    unsigned cpu_s; /* of each of its processes */
    unsigned wall_ms;
    uint64_t file_bytes;
    uint64_t memory_bytes; /* address space of each process */
};

struct vlog_end {
    bool is_late; /* killed because its wall time was up */
    int signal;   /* 0: it exited */
    int status;
    double cpu_s; /* it and what it waited for */
};

/* argv[0] is a path; argv ends with NULL. */
bool vlog_child_run(const char *const *argv, const char *folder,
                    const struct vlog_limits *limits, struct vlog_end *end,
                    struct task_error *err);

#endif
