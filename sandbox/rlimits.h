/* rlimits.h - the guest's resource limits, per process; what counts a whole run is the
 * cgroup. Called by the guest's own task between clone and exec. */
#ifndef SB_RLIMITS_H
#define SB_RLIMITS_H

#include "podbox.h"

/* Sets all limits, never above the hard limits it has. has_cgroup false: memory and tasks
 * too, as the next best means. On failure errno is set and *name is the limit's. */
bool sb__rlimits_set(const struct sb_limits *limits, bool has_cgroup, const char **name);

#endif
