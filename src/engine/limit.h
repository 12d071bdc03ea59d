/* limit.h - the two limits in time, and what is near them.
 *
 * A time differs from run to run by some per cent, so a run is stopped only at 1.1 times a
 * limit, and one that ended between 0.9 and 1.1 times of it says nothing for sure: it is
 * run again (series.h) and the median decides. DOMjudge's pair of a soft and a hard limit
 * does the same.
 */
#ifndef ENGINE_LIMIT_H
#define ENGINE_LIMIT_H

#include "model/task.h"

#include <stdbool.h>
#include <stdint.h>

struct limit_times {
    uint64_t cpu_ns, wall_ns;
};

/* The task's; cpu_limit_s > 0: that in its place, and a second more of wall time. */
struct limit_times limit_times(const struct task_limits *limits, double cpu_limit_s);

/* Where a run is stopped. */
struct limit_times limit_stops(const struct limit_times *limits);

/* Is either time at or over 0.9 of its limit? */
bool limit_is_near(const struct limit_times *limits, const struct limit_times *taken);

/* Is either over its limit? */
bool limit_is_over(const struct limit_times *limits, const struct limit_times *taken);

#endif
