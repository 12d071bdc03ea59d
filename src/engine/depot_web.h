/* depot_web.h - the web server and the bucket of depot.h. Only for depot.c, which says what
 * the calls do. */
#ifndef ENGINE_DEPOT_WEB_H
#define ENGINE_DEPOT_WEB_H

#include "depot.h"
#include "http.h"

struct depot_web {
    const struct depot_options *options;
    char *base; /* URL with a slash at its end */
    bool is_bucket;
    bool is_plain;       /* http: */
    uint64_t ends_ms;    /* of the monotonic clock */
    char *authorization; /* a header; NULL: none */
    /* Of a bucket. The host is named here because libcurl 7.88 signs one without its port,
     * which is not what it sends. */
    char *host, *session; /* headers; session may be NULL */
    char *credentials;
    struct http_signer signer;
};

bool depot_web_init(struct depot_web *web, const char *target,
                    const struct depot_options *options, struct pod_error *err);
void depot_web_release(struct depot_web *web);

bool depot_web_get(struct depot_web *web, const char *path, uint64_t cap_bytes,
                   struct depot_file *out, struct pod_error *err);
bool depot_web_put(struct depot_web *web, const struct depot_item *item,
                   struct pod_error *err);

#endif
