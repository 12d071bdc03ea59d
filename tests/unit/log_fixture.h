/* log_fixture.h - a log in a test: events written in short, and the state as one text.
 *
 * An event is "KIND key=value key=value": '_' stands for a space in a value, a list is
 * written with commas, hex is filled up with zeros on the left, and what a kind needs and
 * is not told has a value that does no harm (see DEFAULTS).
 */
#ifndef LOG_FIXTURE_H
#define LOG_FIXTURE_H

#include "model/ledger.h"
#include "src_fixture.h"

struct log_fixture {
    struct ledger ledger;
    struct pod_names lines;
    struct pod_error err; /* why the last one was refused */
};

/* Nothing opened yet; as_of as for ledger_init. */
void log_init(struct log_fixture *log, pod_instant_ms as_of);
void log_release(struct log_fixture *log);

/* A log with an event of every kind, opened with this public key, and one more at its end
 * so that each of the others has a next. */
void log_sample(struct log_fixture *log, const char *key);

/* The event at an instant (RFC 3339): seq and prev follow the log. False: the ledger
 * refused it, and log is as it was. */
bool log_try(struct log_fixture *log, const char *at, const char *text);

/* The same, and it must be accepted: its number. */
int64_t log_add(struct log_fixture *log, const char *at, const char *text);

/* It must be refused with exactly this message, and nothing of the state may change. */
void log_refuses(struct log_fixture *log, const char *at, const char *text,
                 const char *message);

/* The event alone; release it. */
void log_event(const struct log_fixture *log, const char *at, const char *text,
               struct event *out);

pod_instant_ms log_instant(const char *text);

/* Everything that a ledger holds, as text; the caller frees. */
char *log_state(const struct ledger *ledger);

/* "counts", "late", ...: how the entry with this number stands. */
const char *log_standing(const struct ledger *ledger, int64_t seq, bool is_final);

/* The lines folded again, from their texts alone. */
void log_fold(const struct log_fixture *log, pod_instant_ms as_of, struct ledger *out);

/* The log as a file: each line with its end. The caller frees. */
char *log_text(const struct log_fixture *log);

#endif
