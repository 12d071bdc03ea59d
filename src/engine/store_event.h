/* store_event.h - the log in the store: append, read, and the state that it adds up to.
 *
 * Calling sequence: store_load_ledger once, then store_append for each event, in a
 * transaction or alone. When a commit fails the ledger is ahead of the store: give up both.
 */
#ifndef ENGINE_STORE_EVENT_H
#define ENGINE_STORE_EVENT_H

#include "model/ledger.h"
#include "store.h"

/* What the clocks said at one moment. CLOCK_BOOTTIME runs on while a machine sleeps, and
 * belongs to one boot. */
struct store_clock {
    pod_instant_ms wall_ms;
    char boot[64]; /* kernel's boot id; "": unknown */
    int64_t boot_ms;
};

bool store_clock_now(struct store_clock *clock, struct pod_error *err);

/* A wall clock that moved more than this beside time was set; less is its own discipline.
 */
enum { STORE_DRIFT_MS = 1000 };

/* By how much the wall clock moved more than time did; 0 where that cannot be told. */
int64_t store_clock_drift(const struct store_clock *before, const struct store_clock *now);

/* The clocks of the last event; boot "" when there is none. */
bool store_last_clock(struct store *store, struct store_clock *out, struct pod_error *err);

/* Visit what the clocks said at each event, in order. */
typedef bool (*store_visit_clock)(void *context, int64_t seq,
                                  const struct store_clock *clock, struct pod_error *err);
bool store_each_clock(struct store *store, store_visit_clock visit, void *context,
                      struct pod_error *err);

/* Puts the event at the end: its seq, at and prev are set here, it is tried on the ledger
 * (POD_USAGE when it makes no sense) and recorded. event_print gives its line then. */
bool store_append(struct store *store, struct ledger *ledger, struct event *event,
                  const struct store_clock *clock, struct pod_error *err);

/* Visit the lines in order. */
typedef bool (*store_visit_event)(void *context, const char *text, const char *digest,
                                  struct pod_error *err);
bool store_each_event(struct store *store, store_visit_event visit, void *context,
                      struct pod_error *err);

/* Fold the log; every digest is worked out again. ledger is initialised by the caller. */
bool store_load_ledger(struct store *store, struct ledger *ledger, struct pod_error *err);

#endif
