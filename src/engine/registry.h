/* registry.h - the log, the state it adds up to, and the organizer's key, in one hand.
 *
 * Calling sequence: registry_open, registry_append as often as wanted, registry_close (also
 * after a failed open). The first open of an organizer makes the key and opens the
 * competition in the log; from then on the log says what the deadline is, and a
 * competition.json that says something else is refused: deadlines change by an event.
 *
 * Clocks: the wall clock is held against CLOCK_BOOTTIME since the last event, also over
 * restarts of podium; a jump of more than a second is an event of its own before the next.
 * Instants never go back.
 */
#ifndef ENGINE_REGISTRY_H
#define ENGINE_REGISTRY_H

#include "base/signature.h"
#include "model/competition.h"
#include "place.h"
#include "store_event.h"

struct registry {
    struct store *store;
    struct ledger ledger;
    struct pod_secret_key key;
    struct store_clock clock; /* of the last event */
    bool has_opened;          /* this call opened the competition */
};

bool registry_open(struct registry *registry, const struct place *place,
                   const struct competition *competition, struct pod_error *err);
void registry_close(struct registry *registry);

/* Only looks, at what the log said as_of (see ledger.h): POD_USAGE when nothing was opened
 * yet; no key is read. */
bool registry_read(struct registry *registry, const struct place *place,
                   const struct competition *competition, pod_instant_ms as_of,
                   struct pod_error *err);

/* The same also where nothing was opened: ledger.is_open is false then. */
bool registry_look(struct registry *registry, const struct place *place,
                   pod_instant_ms as_of, struct pod_error *err);

/* The log must say what competition.json says: POD_USAGE otherwise. */
bool registry_check(const struct ledger *ledger, const struct competition *competition,
                    struct pod_error *err);

/* Append an event; event_print gives its line then. */
bool registry_append(struct registry *registry, struct event *event, struct pod_error *err);

/* The instant for an arrival now: never before the last one. Notes a jump of the clock. */
bool registry_now(struct registry *registry, pod_instant_ms *now, struct pod_error *err);

#endif
