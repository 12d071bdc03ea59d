/* received.h - when the entries of a folder arrived: received.json beside them.
 *
 * Calling sequence: `struct received received = RECEIVED_INIT;` received_load, then
 * received_find per entry, received_release (also after a failed load). A bad file is
 * POD_HOST with the JSON path: intake wrote it, no entry did. See podium-entry(5).
 */
#ifndef MODEL_RECEIVED_H
#define MODEL_RECEIVED_H

#include "base/clock.h"
#include "base/error.h"

#include <stddef.h>

struct received_row {
    char *folder; /* relative to received.json, "/" between parts, no ".", no ".." */
    pod_instant_ms received_at;
    int64_t seq; /* order of arrival, from 1, unique */
};

struct received {
    struct received_row *rows; /* sorted by folder, bytewise */
    size_t count;
};

#define RECEIVED_INIT                                                                      \
    {                                                                                      \
        NULL, 0                                                                            \
    }

/* path is received.json itself. */
bool received_load(const char *path, struct received *out, struct pod_error *err);
void received_release(struct received *received);

/* NULL when nobody stamped this folder. */
const struct received_row *received_find(const struct received *received,
                                         const char *folder);

#define received_auto __attribute__((cleanup(received_release)))

#endif
