/* fetch.h - a URL's body into a file, whole and checked or not at all.
 *
 * What came so far lies in DEST.part and, with what it is resumed by, in DEST.part.json;
 * the next try, or the next call after a kill, goes on there (Range with If-Range), and
 * starts anew when the server cannot or the body has changed. What may pass is tried again
 * with growing delays: connections, timeouts, 5xx, 429 (with Retry-After); no other 4xx.
 * The file appears when all of it is there, has the digest that it should, and is synced.
 *
 * A URL is a participant's word. http and https only, no credentials in it, at most 5
 * redirects, none from https to http; no connection to an address that is not public, by
 * whatever name or redirect.
 */
#ifndef ENGINE_FETCH_H
#define ENGINE_FETCH_H

#include "base/error.h"

#include <stdint.h>

/* How this host may fetch. */
struct fetch_options {
    const char *ca_file; /* PEM, trusted instead of the system's; NULL: the system's */
    bool allows_file;    /* file: of a regular file */
    bool allows_private; /* addresses of this host and its network */
    uint64_t cap_bytes;
    unsigned tries;     /* in a row that bring nothing */
    unsigned delay_ms;  /* before the second try; doubles up to 30 s, and is jittered */
    unsigned connect_s; /* for a connection */
    unsigned idle_s;    /* under 1 KiB a second for so long ends a try */
    unsigned total_s;   /* for all */
    /* What is there and what it will be (0: not told), a few times a second at most; may be
     * NULL. */
    void (*progress)(void *context, uint64_t bytes, uint64_t total_bytes);
    void *context;
};

/* 1 GiB, 5 tries, 1 s, 20 s, 30 s, 1800 s; nothing allowed. */
void fetch_options_init(struct fetch_options *options);

/* What to fetch, and what is known of it. All borrowed. */
struct fetch_job {
    const char *url;
    const char *dest;    /* file that is made; its folder is there */
    const char *sha256;  /* 64 lower-case hex digits; NULL: not known */
    const char *blake2b; /* likewise, BLAKE2b with 256 bits */
    uint64_t bytes;      /* 0: not known */
};

/* POD_ENTRY: the URL or its server, in one line that does not name the URL: the caller puts
 * before it what it was about. POD_HOST: this machine, a full disk for one. What was only
 * interrupted stays in DEST.part; after any other failure nothing is left. */
bool fetch_file(const struct fetch_options *options, const struct fetch_job *job,
                struct pod_error *err);

#endif
