/* ledger.h - the state of a competition: a fold over its events.
 *
 * The events are the truth, the ledger is what they add up to: teams, entries, seals, the
 * deadline and its history, who is disqualified, what was selected. It is a pure function
 * of the events up to as_of, so whoever has the log can work it out again.
 *
 * Calling sequence: ledger_init, ledger_apply for each event in order, read the fields,
 * ledger_release. ledger_apply first checks the event against the state and leaves the
 * ledger as it was when it refuses, so a new event is tried on the ledger before it is
 * recorded. Failure: POD_HOST for a broken chain, POD_USAGE for an event that makes no
 * sense here ("there is no entry 17").
 *
 * Rules of the quota: what is charged to a team is each arrival and each seal, by the UTC
 * day of its instant, in the order of the log, to the team as it was merged by then. Only
 * an event `excused` (a judge error) takes a charge back; withdrawing, a failed build or a
 * rejudging do not. What is over the quota is kept and does not count.
 */
#ifndef MODEL_LEDGER_H
#define MODEL_LEDGER_H

#include "model/deadline.h"
#include "base/lookup.h"
#include "model/event.h"

#include <stddef.h>

struct ledger_charge {
    int64_t seq; /* of the event: it arrived, or was sealed */
    size_t team;
    pod_instant_ms at;
    bool is_excused;
    bool is_over; /* the quota of its day */
};

struct ledger_entry {
    int64_t seq;
    char *name;
    char *digest;
    char *tasks; /* ids, a space after each */
    char *note;  /* NULL: none */
    size_t team; /* as it was handed in; see ledger_root */
    pod_instant_ms received_at;
    char *origin;    /* as the log has it */
    bool is_stamped; /* by another system */
    int64_t same_as; /* 0: none */
    size_t charge;
    size_t seal;                    /* index, or LEDGER_NONE */
    char *disqualified, *withdrawn; /* reasons; NULL: it is not */
};

struct ledger_seal {
    int64_t seq;
    size_t team;
    char *digest;
    pod_instant_ms at;
    size_t charge;
    bool is_used;
};

struct ledger_team {
    char *name;
    char *skeleton;     /* see lookalike.h */
    size_t merged_into; /* itself: not merged */
    char *disqualified;
    int64_t selected[EVENT_LIST_MAX]; /* numbers of its final entries */
    size_t selected_count;
};

struct ledger_merge {
    int64_t seq;
    size_t team, into;
};

/* A change of the deadline. */
struct ledger_extension {
    struct deadline_rule old, now;
    pod_instant_ms announced_at;
    char *reason;
};

struct ledger {
    pod_instant_ms as_of; /* what is later has no effect but on the chain */
    bool is_open;
    char *competition;
    char key[65];
    char commitment[65];           /* to the hidden seed; "": none when it was opened */
    struct deadline_rule deadline; /* in force */
    pod_instant_ms told; /* the last deadline of the whole log, also after as_of */
    int64_t grace_s, per_day, finals;
    pod_instant_ms starts; /* of the first phase; INT64_MIN: not told */
    struct ledger_extension *extensions;
    struct ledger_team *teams;
    struct ledger_entry *entries; /* by seq */
    struct ledger_seal *seals;
    struct ledger_charge *charges;
    struct ledger_merge *merges;
    size_t extension_count, team_count, entry_count, seal_count, charge_count, merge_count;
    struct pod_digest *refused; /* of origin and reason */
    size_t refused_count;
    struct pod_lookup team_names;
    pod_instant_ms received_last; /* received_at never goes back */
    /* The chain. */
    int64_t seq;
    pod_instant_ms at;
    struct pod_digest head;
    struct pod_digest shown; /* of the last event that had an effect: as of that instant */
};

#define LEDGER_NONE ((size_t)-1)

void ledger_init(struct ledger *ledger, pod_instant_ms as_of);
void ledger_release(struct ledger *ledger);

/* digest is that of the event's text. */
bool ledger_apply(struct ledger *ledger, const struct event *event,
                  const struct pod_digest *digest, struct pod_error *err);

/* The head for an event to come: seq, prev, and at: now, or the last one's if the clock
 * went back, and not before an arrival that was stamped here. */
void ledger_next(const struct ledger *ledger, pod_instant_ms now, struct event *event);

/* LEDGER_NONE when there is none. */
size_t ledger_find_team(const struct ledger *ledger, const char *name);
size_t ledger_find_entry(const struct ledger *ledger, int64_t seq);

/* The first entry with these bytes; a seal of the team for them that no upload answered. */
size_t ledger_find_digest(const struct ledger *ledger, const char *digest);
/* Another team whose name people take for this one, which is new. */
size_t ledger_find_lookalike(const struct ledger *ledger, const char *name);

/* What another system stamped so, from there: that arrival is received once. */
size_t ledger_find_arrival(const struct ledger *ledger, const char *origin,
                           pod_instant_ms received_at);

/* Of this team, not withdrawn. */
size_t ledger_find_own(const struct ledger *ledger, const char *team, const char *digest);
size_t ledger_find_seal(const struct ledger *ledger, const char *team, const char *digest);

/* Was this refused before, from there for that reason? */
bool ledger_was_refused(const struct ledger *ledger, const char *origin,
                        const char *reason);

/* The team that it is part of now. */
size_t ledger_root(const struct ledger *ledger, size_t team);

/* How many more of this team count on the UTC day of the instant; -1: any. */
int64_t ledger_quota_left(const struct ledger *ledger, const char *team,
                          pod_instant_ms instant);

enum ledger_standing {
    LEDGER_COUNTS,
    LEDGER_EARLY, /* before the first phase */
    LEDGER_LATE,
    LEDGER_OVER_QUOTA,
    LEDGER_NOT_SELECTED,
    LEDGER_WITHDRAWN,
    LEDGER_DISQUALIFIED,
};

/* Why an entry counts or not. is_final: the final selections of teams that made any bind.
 * The reason is for people, NULL where it counts; the caller frees. */
enum ledger_standing ledger_standing(const struct ledger *ledger, size_t entry,
                                     bool is_final, char **reason);

/* Why the entry, or its team, is disqualified; NULL: it is not. */
const char *ledger_disqualified(const struct ledger *ledger, size_t entry);

#define ledger_auto __attribute__((cleanup(ledger_release)))

#endif
