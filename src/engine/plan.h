/* plan.h - what an entry has to run: one job for each case of each task that it plays.
 *
 * A job's key is the digest of all that decides its result: entry, task, case, scorer,
 * policy, podium itself and the options that change a run. Equal keys, equal results; so a
 * key is never run twice, and whatever changes makes a new key.
 */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include "cases.h"
#include "guest.h"
#include "unpack.h"

struct plan_job {
    const struct case_set *set;
    const struct one_case *one;
    const struct entry_task *command;
    struct pod_digest key;
};

struct plan {
    struct plan_job *jobs;
    size_t count;
};

/* The rules of this run: everything that is the same for all entries. */
struct rules {
    const struct place *place;
    struct guest_options options;
    const struct case_set *sets;
    size_t set_count;
};

/* The plan borrows from rules and unpacked. POD_ENTRY when the
 * entry plays none of the tasks. */
bool plan_entry(struct plan *plan, const struct rules *rules,
                const struct unpacked *unpacked, struct pod_error *err);
void plan_release(struct plan *plan);

#endif
