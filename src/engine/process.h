/* process.h - run a trusted program to its end: a task's generate, import or prepare.
 *
 * Nothing of an entry goes through here; that is what the sandbox is for. Standard output
 * of the program is joined to standard error, its input is empty.
 */
#ifndef ENGINE_PROCESS_H
#define ENGINE_PROCESS_H

#include "base/error.h"

/* Run argv (argv[0] is the program's path) in the folder cwd and wait. The exit status goes
 * to *status. POD_HOST when it cannot be started, POD_TASK when a signal ended it. */
bool process_run(const char *const *argv, const char *cwd, int *status,
                 struct pod_error *err);

#endif
