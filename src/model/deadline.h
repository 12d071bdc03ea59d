/* deadline.h - when an entry is in time.
 *
 * The rule: an entry counts if its received_at is before the deadline, an exclusive
 * instant. Nothing but received_at is looked at: file times and client clocks are no
 * evidence.
 */
#ifndef MODEL_DEADLINE_H
#define MODEL_DEADLINE_H

#include "base/clock.h"
#include "base/error.h"

enum { DEADLINE_TEXT = 64 };

struct deadline_rule {
    pod_instant_ms instant;   /* the first instant that is too late */
    char text[DEADLINE_TEXT]; /* as announced: "2023-11-17 AoE" */
};

enum standing {
    STANDING_COUNTS,
    STANDING_LATE,     /* unranked: late */
    STANDING_PRACTICE, /* there is no arrival data for the entry */
};

/* Text as pod_deadline_parse takes it; it is kept as announced. POD_USAGE on failure. */
bool deadline_rule_parse(const char *text, struct deadline_rule *out,
                         struct pod_error *err);

/* received_at is NULL when nobody stamped the entry. */
enum standing deadline_standing(const struct deadline_rule *rule,
                                const pod_instant_ms *received_at);

/* What the records show at as_of: an entry received later is not there yet. */
bool deadline_is_received(pod_instant_ms received_at, pod_instant_ms as_of);

/* "counts", "late", "practice" */
const char *standing_text(enum standing standing);

/* Reason for the participant, the caller frees: "late: received 2023-11-18T12:00:00.000Z,
 * the deadline was 2023-11-17 AoE (before 2023-11-18T12:00:00.000Z)". */
char *deadline_reason(const struct deadline_rule *rule, const pod_instant_ms *received_at);

#endif
