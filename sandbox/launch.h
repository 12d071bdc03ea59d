/* launch.h - from a checked spec to a living init that has been told to go. */
#ifndef SB_LAUNCH_H
#define SB_LAUNCH_H

#include "run.h"

/* Which layers can be had, which may be missing, and which are missing after all; then the
 * plan: sources, pipes, filter, cgroup. */
bool sb__launch_prepare(struct sb__run *run, struct sb_error *err);

/* Clones the init into its namespaces, writes its maps, attaches it to its cgroup. */
bool sb__launch(struct sb__run *run, struct sb_error *err);

#endif
