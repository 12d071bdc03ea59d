/* tasks.h - what runs beneath an init, as /proc shows it to the supervisor.
 *
 * For what no cgroup counts and no descriptor tells. A look takes time in which tasks come
 * and go, so it is a sample.
 */
#ifndef SB_TASKS_H
#define SB_TASKS_H

#include <stdbool.h>
#include <sys/types.h>

enum { SB__MAX_TASKS = 4096 };

/* The init first, then the processes that descend from it; returns how many. list has room
 * for SB__MAX_TASKS, and more are left out. */
size_t sb__processes(pid_t init, pid_t *list);

/* Whether every thread beneath the init sleeps, one of them in a call that waits for
 * input: read, receive, poll and their like (Documentation/filesystems/proc.rst, syscall).
 * False also if it cannot be seen. */
bool sb__waits_for_input(pid_t init);

#endif
