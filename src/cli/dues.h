/* dues.h - what the received entries have to run, and what stands for them already.
 *
 * Calling sequence: dues_load (also records what is due), run its jobs, dues_release.
 * Nothing of an entry is read: ledger and store know all that it takes, so a batch with
 * nothing to do is quick. Entries of equal bytes are one job.
 *
 * An entry that was judged in another scope of this split (another scorer, set of cases or
 * policy) and not in this one is stale: it is left to podium rejudge.
 */
#ifndef CLI_DUES_H
#define CLI_DUES_H

#include "engine/executor.h"
#include "engine/registry.h"
#include "season.h"

struct dues {
    struct executor_job *jobs; /* in the order in which they should run */
    struct unpacked *unpacked; /* of the jobs */
    size_t job_count;
    size_t entries, unranked;     /* due, and passed over for their standing */
    size_t total, present, stale; /* cases; stale: entries in a task */
    size_t outdated; /* cases whose result was made by another podium or other options */
};

struct dues_rules {
    const struct season *season;
    struct registry *registry;
    bool includes_unranked; /* late ones and those over the quota too */
    bool is_final;          /* final selections bind */
    bool is_quick_look;     /* under other limits: recorded, but counts for nothing */
    bool only_looks;        /* nothing is written to the store */
};

bool dues_load(struct dues *dues, const struct dues_rules *rules, struct pod_error *err);
void dues_release(struct dues *dues);

/* The body of a received entry as the pipeline takes it, without its manifest. */
void dues_body(const struct place *place, const struct ledger_entry *entry,
               struct unpacked *out);

/* Is the task one of these of an entry (ids, a space after each)? */
bool dues_plays(const char *tasks, const char *task);

#endif
