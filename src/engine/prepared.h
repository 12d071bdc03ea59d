/* prepared.h - what a task's program prepared of its cases, so that scoring is fast.
 *
 * Images live in WORK/prepared/TASK/SPLIT/KEY-DIGEST. KEY is the digest of scorer and case,
 * DIGEST that of the image's own bytes: a changed task or case never meets an old image,
 * and a damaged one is made again. They are a cache, no part of a case: nothing that is
 * recorded depends on them. One appears whole, by rename; whoever makes the same at the
 * same time makes the same bytes under the same name.
 */
#ifndef ENGINE_PREPARED_H
#define ENGINE_PREPARED_H

#include "cases.h"

/* Finds or makes the image of each case, and removes those of the split that are no case's
 * any more. Does nothing for a task that prepares nothing, but for an empty folder: all
 * scorers have the same places for mounts, see sb_ground. For whoever is going to score,
 * before it forks; a reader of the working folder must not write. A node's worker of a
 * Slurm job scores each case once and does without. */
bool case_set_prepare(struct case_set *set, const struct place *place,
                      struct pod_error *err);

#endif
