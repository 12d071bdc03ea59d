/* clock.h - instants. Milliseconds since the Unix epoch, UTC, no leap seconds (POSIX time).
 *
 * No time zone database is used: AoE is the constant UTC-12, and TZ=AoE silently means UTC.
 */
#ifndef POD_CLOCK_H
#define POD_CLOCK_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

typedef int64_t pod_instant_ms; /* a number with its unit in the name, not a struct */

enum { POD_INSTANT_TEXT = 32 };

/* RFC 3339 date-time: "2023-11-18T11:59:59.999Z", offsets as +hh:mm, at most nine digits of
 * fraction (cut to milliseconds, towards the past). Second 60 is taken as the next second:
 * for a deadline that is late. Nothing may follow, and the year must have four digits in
 * UTC too. POD_USAGE on failure. */
bool pod_instant_parse(const char *text, pod_instant_ms *out, struct pod_error *err);

/* A deadline: RFC 3339, or a date with the zone AoE as "2023-11-17 AoE". The result is the
 * exclusive instant: the first that is too late. For a date AoE that is 12:00:00Z of the
 * next day. A bare date is refused: it does not say where. */
bool pod_deadline_parse(const char *text, pod_instant_ms *out, struct pod_error *err);

/* "2023-11-18T12:00:00.000Z", always with milliseconds. text holds POD_INSTANT_TEXT. */
void pod_instant_format(pod_instant_ms instant, char *text);

/* "2023-11-18 00:00:00 AoE": the same instant as a wall clock at UTC-12 shows it. */
void pod_instant_format_aoe(pod_instant_ms instant, char *text);

pod_instant_ms pod_instant_now(void); /* CLOCK_REALTIME */
uint64_t pod_monotonic_ns(void);      /* CLOCK_MONOTONIC */

#endif
