/* retrial.h - the results that stand, beside those that would stand by today's rules.
 *
 * Calling sequence: retrial_init, retrial_add for each entry, run its jobs, retrial_look
 * for what came out, compare, retrial_apply or not, retrial_release. Only cases whose key
 * changed are in it: a case that is the same in all that decides has one result for good.
 */
#ifndef CLI_RETRIAL_H
#define CLI_RETRIAL_H

#include "dues.h"

struct retrial_case {
    const struct one_case *one;
    struct pod_digest key; /* by today's rules */
    bool has_old, has_now;
    struct case_result old, now; /* without their items */
};

/* An entry in one set of cases. */
struct retrial_set {
    const struct ledger_entry *entry;
    const struct case_set *set;
    const char
        *why; /* what changed: "scorer", "cases", "policy", "podium or its options" */
    struct retrial_case *cases;
    size_t count; /* all of the set */
};

struct retrial {
    const struct season *season;
    struct registry *registry;
    struct pod_digest common;
    struct pod_digest *scopes; /* of the season's sets */
    struct pod_names *stale;   /* of each set: digest and set_key in turn */
    struct retrial_set *sets;
    size_t set_count;
};

bool retrial_init(struct retrial *retrial, const struct season *season,
                  struct registry *registry, struct pod_error *err);
void retrial_release(struct retrial *retrial);

/* Adds the sets in which something of this entry would be judged anew. */
bool retrial_add(struct retrial *retrial, const struct ledger_entry *entry,
                 struct pod_error *err);

/* What has to be run, a job for each entry; the caller releases by dues_release. */
void retrial_jobs(const struct retrial *retrial, struct dues *out);

/* Reads what there is by the new keys. */
bool retrial_look(struct retrial *retrial, struct pod_error *err);

/* NULL: this entry is not in it for that task. */
const struct retrial_set *retrial_find(const struct retrial *retrial, const char *digest,
                                       const struct case_set *set);

/* Verdict, raw value or score differ. */
bool retrial_differs(const struct retrial_case *one);

/* Lets the new ones stand, as one transaction with its event. */
bool retrial_apply(struct retrial *retrial, const char *reason, int64_t changes,
                   struct pod_error *err);

#endif
