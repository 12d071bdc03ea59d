/* manifest.h - a list of entries to fetch: NDJSON, an object on each line.
 *
 * Calling sequence: `struct manifest manifest = MANIFEST_INIT;` manifest_load, then each
 * row: one with a problem is to be told and passed over, all others are good;
 * manifest_release (also after a failed load). See podium-entry(5).
 */
#ifndef MODEL_MANIFEST_H
#define MODEL_MANIFEST_H

#include "base/clock.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct manifest_row {
    unsigned line;  /* from 1 */
    char *problem;  /* "FILE:LINE: ..."; NULL: none, and then the rest is set */
    char *id;       /* an identifier that no other row has */
    char *url;      /* http, https or file:///, printable ASCII, up to 2000 bytes */
    char *sha256;   /* 64 lower-case hex digits; NULL: not told */
    char *blake2b;  /* likewise, BLAKE2b with 256 bits */
    int64_t bytes;  /* 0: not told */
    char *team;     /* who handed it in; NULL: not told */
    bool has_stamp; /* another system received it: */
    pod_instant_ms received_at;
};

struct manifest {
    struct manifest_row *rows; /* as in the file, without empty lines */
    size_t count;
};

#define MANIFEST_INIT                                                                      \
    {                                                                                      \
        NULL, 0                                                                            \
    }

/* False only for the file itself: POD_USAGE when it is not there, no regular file, over
 * 32 MiB, over 100000 lines, or without a row; POD_HOST when it cannot be read. */
bool manifest_load(const char *path, struct manifest *out, struct pod_error *err);
void manifest_release(struct manifest *manifest);

#define manifest_auto __attribute__((cleanup(manifest_release)))

#endif
