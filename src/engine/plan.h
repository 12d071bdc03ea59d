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
#include "model/timing.h"
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
    struct timing_plan timing; /* how often each case is run */
    const struct case_set *sets;
    size_t set_count;
};

/* The plan borrows from rules and unpacked. POD_ENTRY when the
 * entry plays none of the tasks. */
bool plan_entry(struct plan *plan, const struct rules *rules,
                const struct unpacked *unpacked, struct pod_error *err);

/* Sets the commands of jobs that were planned by the digest alone. */
bool plan_bind(struct plan *plan, const struct entry *entry, struct pod_error *err);

/* What results of one set of cases must have in common to stand side by side: the set (with
 * its scorer and cases) and the policy. A board shows only those of its own scope. */
bool plan_scope(const struct rules *rules, const struct case_set *set,
                struct pod_digest *out, struct pod_error *err);

/* Digest of a job for an entry that is known by its digest alone. common: plan_common. */
bool plan_common(const struct rules *rules, struct pod_digest *out, struct pod_error *err);
struct pod_digest plan_key(const struct pod_digest *common, const char *entry_digest,
                           const struct case_set *set, const struct one_case *one);

void plan_release(struct plan *plan);

#endif
