/* play.h - one case of kind interact: the entry and the environment in a sandbox each, two
 * pipes between them, both on one processor.
 *
 * Theory of operation. Dialogue alternates strictly, so sharing a processor costs nothing
 * and saves the wake-up of another one: 8 to 150 times of a step on a virtual machine. The
 * environment is the task's own program and trusted like a scorer; it has the case, the
 * entry has not, and they have uids, cgroups and namespaces of their own. Whichever ends
 * first, the other gets time to come to its end: the environment to play on with the
 * trivial policy, the entry to leave. What the entry's end does not explain, the
 * environment says: which step, and what was wrong with it.
 */
#ifndef ENGINE_PLAY_H
#define ENGINE_PLAY_H

#include "launch.h"

/* Fills verdict, message, times and, where the verdict is OK, raw, score, items and
 * metrics. False: the host failed. */
bool play_case(const struct launch_job *job, const struct entry_task *entry,
               struct case_result *result, struct pod_error *err);

#endif
