/* log_check.h - is an exported log whole? With nothing but the file.
 *
 * The log is NDJSON, a line for each event as podium log prints it. Every digest is worked
 * out again, every event tried on the state before it. Failure: POD_ENTRY with the line, as
 * the file is what does not hold.
 */
#ifndef ENGINE_LOG_CHECK_H
#define ENGINE_LOG_CHECK_H

#include "model/ledger.h"

#include <stdio.h>

/* Visits each line after it was checked; may be NULL. */
typedef bool (*log_check_visit)(void *context, const struct event *event,
                                const struct pod_digest *digest, struct pod_error *err);

/* A log to read to its end. */
struct log_source {
    FILE *file;
    const char *name; /* stands before messages */
    log_check_visit visit;
    void *context;
};

/* ledger is initialised by the caller. */
bool log_check(const struct log_source *source, struct ledger *ledger,
               struct pod_error *err);

#endif
