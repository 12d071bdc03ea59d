/* http.h - one GET or PUT of one URL. With http_url.c the only file that knows libcurl.
 *
 * No redirect is followed, nothing is tried again: fetch.h and depot.h do that. TLS is
 * verified, and there is no way to switch that off. Proxies of the environment are not
 * used: behind one, what it connects to could not be judged. HTTP/1.1 only, no cookies, no
 * netrc, and no credentials but those that the caller hands over.
 */
#ifndef ENGINE_HTTP_H
#define ENGINE_HTTP_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { HTTP_TEXT_MAX = 2048 };

/* What the server said before the body. */
struct http_reply {
    long status;
    bool has_length;
    uint64_t length;      /* of the body that follows */
    bool has_range;       /* Content-Range */
    uint64_t range_start; /* where it starts in the whole */
    uint64_t range_total; /* of the whole; 0: not told */
    uint64_t retry_after_s;
    /* A strong ETag (RFC 9110, 8.8.1), else Last-Modified where it is strong (8.8.2.2): fit
     * for If-Range; "" when there is neither. */
    char validator[256];
    char location[HTTP_TEXT_MAX]; /* of a redirect, absolute; "" when it names none */
    char why[512];                /* what went wrong, fit to be shown */
};

/* The body of a PUT. What the server answers is passed over but for its head. */
struct http_upload {
    const void *bytes;
    size_t length;
};

/* Who signs a request by AWS Signature Version 4, the header x-amz-content-sha256 included,
 * which the caller puts into headers. */
struct http_signer {
    const char *region;
    const char *service;
    const char *credentials; /* "KEY-ID:SECRET" */
};

struct http_request {
    const char *url;
    const struct http_upload *upload; /* NULL: a GET */
    const char *const *headers;       /* "Name: value", as they are, and NULL at the end */
    const struct http_signer *signer; /* NULL: not signed */
    uint64_t offset;      /* > 0: from this byte on, if the whole is still the same */
    const char *if_range; /* as what its validator was; with offset */
    const char *ca_file;  /* PEM, trusted instead of the system's; NULL: the system's */
    bool allows_private;  /* addresses that address.h refuses */
    bool refuses_public;  /* all others: for what goes over plain http */
    unsigned connect_s, idle_s; /* idle: less than 1 KiB a second for so long */
    uint64_t total_ms;
    /* Of a GET: called with a reply of 200 or 206 before its first byte (also if there is
     * none), and then with its bytes. False ends the request. */
    bool (*begin)(void *context, const struct http_reply *reply);
    bool (*body)(void *context, const void *bytes, size_t length);
    void *context;
};

enum http_end {
    HTTP_ANSWERED,   /* whole; reply->status says what it is worth */
    HTTP_TEMPORARY,  /* why: worth another try */
    HTTP_IMPOSSIBLE, /* why: not worth one */
    HTTP_STOPPED,    /* by begin or body */
};

enum http_end http_perform(const struct http_request *request, struct http_reply *reply);

#endif
