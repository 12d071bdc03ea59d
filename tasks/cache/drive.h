/* drive.h - a policy in process governs the environment, by the same rules as an entry. */
#ifndef CACHE_DRIVE_H
#define CACHE_DRIVE_H

#include "sim.h"
#include "state.h"

/* From a fresh state to the end of the trace. Fails only where a policy of ours is wrong
 * (TASK_PACKAGE). */
bool cache_drive(struct cache_state *state, const struct cache_policy *policy,
                 struct task_error *err);

/* LRU takes over: decides the miss that waits, if one does, and all that follow. What is
 * resident is as recent as its last request. */
bool cache_drive_trivial(struct cache_state *state, struct task_error *err);

#endif
