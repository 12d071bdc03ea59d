/* depot.h - where published files lie: a folder, a web server that takes PUT, or a bucket
 * of an S3-compatible store. The same three calls for each.
 *
 * A file is read and replaced as a whole. In a folder that is by rename, synced, and one
 * podium at a time writes there. On the web what may pass is tried again with growing
 * delays, as in fetch.h: connections, timeouts, a body that was cut, 5xx, and 429 with
 * Retry-After; no other 4xx. No redirect is followed: a file goes to the address that was
 * named or nowhere. Plain http and addresses that are not public are refused unless
 * allowed, and plain http never goes to a public address.
 *
 * A bucket is spoken to by path (ENDPOINT/BUCKET/KEY) and signed requests (AWS Signature
 * Version 4), the body's SHA-256 included.
 *
 * Calling sequence: depot_open, depot_get and depot_put as often as wanted, depot_close.
 * Failure is POD_HOST with the file's name, unless said otherwise.
 */
#ifndef ENGINE_DEPOT_H
#define ENGINE_DEPOT_H

#include "base/buf.h"
#include "base/error.h"

#include <stdint.h>

/* All borrowed, for as long as the depot is open. */
struct depot_options {
    const char *ca_file;  /* PEM, trusted instead of the system's; NULL: the system's */
    bool allows_private;  /* addresses of this host and its network, by http: too */
    const char *token;    /* web: for "Authorization: Bearer"; NULL: none */
    const char *endpoint; /* bucket: its store's URL; NULL: Amazon's of the region */
    const char *region;   /* NULL: us-east-1 */
    const char *key_id, *secret; /* bucket: they must be there to write or read */
    const char *session;         /* token of temporary credentials; NULL: none */
    unsigned tries;              /* of a request that fails by what may pass */
    unsigned delay_ms;           /* before the second one; doubles up to 30 s */
    unsigned connect_s, idle_s;  /* as in fetch.h */
    unsigned total_s;            /* for one file with all tries */
    unsigned all_s;              /* web: for all files together; 0: any time */
    bool is_reader; /* who reads what is public gets other advice than who publishes */
};

/* 5 tries, 1 s, 20 s, 30 s, 600 s; nothing allowed, no credentials. */
void depot_options_init(struct depot_options *options);

struct depot;

/* target: "s3://BUCKET/PREFIX", a URL below which files are put, or a folder, which need
 * not be there. POD_USAGE when it is none of these. NULL on failure. */
struct depot *depot_open(const char *target, const struct depot_options *options,
                         struct pod_error *err);
void depot_close(struct depot *depot);

const char *depot_name(const struct depot *depot); /* as told */

/* A file as it was found. */
struct depot_file {
    bool is_there;
    bool is_forbidden; /* why it could not be got: 401 or 403 */
    struct pod_buf bytes;
    char version[256]; /* a strong ETag; "" where there is none */
};

#define DEPOT_FILE_INIT                                                                    \
    {                                                                                      \
        false, false, POD_BUF_INIT, ""                                                     \
    }

void depot_file_release(struct depot_file *file);
#define depot_auto __attribute__((cleanup(depot_file_release)))

/* What a published file may have, and what is read of one at most. */
enum { DEPOT_FILE_MAX = 256 << 20 };

/* No more than cap_bytes. A file that is not there is no failure; POD_ENTRY when it is
 * larger, or no file. out was initialised. */
bool depot_get(struct depot *depot, const char *path, uint64_t cap_bytes,
               struct depot_file *out, struct pod_error *err);

struct depot_item {
    const char *path; /* relative, letters and digits and "._-/" */
    const void *bytes;
    size_t length;
    bool is_fixed; /* it is under this path for ever: caches may keep it */
    /* Only if what is there is still this (If-Match, If-None-Match); NULL: in any case. A
     * bucket that knows no such condition is written to all the same, a web server whose
     * file has no strong ETag is not. */
    const struct depot_file *seen;
};

#define DEPOT_CONFLICT                                                                     \
    "somebody else published meanwhile: look at what is there, and publish again"

/* Somebody else put another file there meanwhile: POD_HOST, and theirs stays. */
bool depot_put(struct depot *depot, const struct depot_item *item, struct pod_error *err);

#endif
