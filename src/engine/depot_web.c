#include "depot_web.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "http_url.h"
#include "retry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADERS_MAX = 12 };

/* Where to. */

static const char KEY_CHARS[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";

/* libcurl 7.88 signs a path as it is sent, which is right only where nothing in it would be
 * written with a percent sign. */
static bool check_bucket(const char *target, const char *place, struct pod_error *err)
{
    size_t bucket = strcspn(place, "/");
    if (bucket >= 3 && bucket <= 63 && place[strspn(place, KEY_CHARS)] == '\0' &&
        strstr(place, "//") == NULL && strstr(place, "/.") == NULL && place[0] != '.')
        return true;
    pod_auto_free char *shown = pod_str_shown(target, 200);
    return pod_fail(err, POD_USAGE,
                    "'%s' is no bucket and prefix: expected s3://BUCKET/PREFIX with "
                    "letters, digits and \"._-/\"",
                    shown);
}

/* They go into headers and into what is signed. */
static bool check_credentials(const struct depot_options *options, const char *region,
                              struct pod_error *err)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (!options->key_id || !options->secret)
        return pod_fail(err, POD_USAGE,
                        "a bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the "
                        "environment");
    if (!http_is_printable(options->key_id) || strchr(options->key_id, ':') ||
        !http_is_printable(options->secret) ||
        (options->session && !http_is_printable(options->session)))
        return pod_fail(err, POD_USAGE,
                        "the AWS_ variables of the environment hold no credentials");
    return region[strspn(region, allowed)] == '\0' ||
           pod_fail(err, POD_USAGE, "the region has letters, digits and \"-\" only");
}

static char *with_slash(const char *text)
{
    size_t length = strlen(text);
    return pod_strf("%s%s", text, length > 0 && text[length - 1] == '/' ? "" : "/");
}

static bool check_base(struct depot_web *web, struct pod_error *err)
{
    const char *url = web->base;
    enum http_scheme scheme = HTTP_FILE;
    if (!http_url_check(url, POD_USAGE, &scheme, NULL, err))
        return false;
    if (scheme == HTTP_FILE || strpbrk(url, "?#") != NULL)
        return pod_fail(err, POD_USAGE, "'%s' is no address of a folder on the web", url);
    web->is_plain = scheme == HTTP_PLAIN;
    return !web->is_plain || web->options->allows_private ||
           pod_fail(err, POD_USAGE,
                    "'%s' is plain http, where anybody on the way can change what is "
                    "published: use https, or --allow-private on a network of your own",
                    url);
}

static bool init_bucket(struct depot_web *web, const char *target, struct pod_error *err)
{
    const struct depot_options *options = web->options;
    const char *place = target + strlen("s3://");
    const char *region = options->region ? options->region : "us-east-1";
    pod_auto_free char *amazon = pod_strf("https://s3.%s.amazonaws.com", region);
    pod_auto_free char *endpoint =
        with_slash(options->endpoint ? options->endpoint : amazon);
    if (!check_bucket(target, place, err) || !check_credentials(options, region, err))
        return false;
    pod_auto_free char *url = pod_strf("%s%s", endpoint, place);
    web->base = with_slash(url);
    if (!check_base(web, err))
        return false;
    const char *host = strstr(endpoint, "://");
    if (host == NULL)
        return pod_fail(err, POD_USAGE, "--endpoint: '%s' is no URL", endpoint);
    host += strlen("://");
    web->host = pod_strf("Host: %.*s", (int)strcspn(host, "/"), host);
    if (options->session)
        web->session = pod_strf("x-amz-security-token: %s", options->session);
    web->credentials = pod_strf("%s:%s", options->key_id, options->secret);
    web->signer = (struct http_signer){region, "s3", web->credentials};
    return true;
}

static uint64_t now_ms(void)
{
    return pod_monotonic_ns() / 1000000;
}

bool depot_web_init(struct depot_web *web, const char *target,
                    const struct depot_options *options, struct pod_error *err)
{
    *web = (struct depot_web){.options = options, .ends_ms = UINT64_MAX};
    if (options->all_s > 0)
        web->ends_ms = now_ms() + (uint64_t)options->all_s * 1000;
    web->is_bucket = strncmp(target, "s3://", strlen("s3://")) == 0;
    if (web->is_bucket)
        return init_bucket(web, target, err);
    web->base = with_slash(target);
    if (options->token)
        web->authorization = pod_strf("Authorization: Bearer %s", options->token);
    if (options->token && !http_is_printable(options->token))
        return pod_fail(err, POD_USAGE, "PODIUM_TOKEN holds what no header can");
    return check_base(web, err);
}

void depot_web_release(struct depot_web *web)
{
    free(web->base);
    free(web->authorization);
    free(web->host);
    free(web->session);
    free(web->credentials);
    *web = (struct depot_web){.options = NULL};
}

/* A request, and its answer. */

struct exchange {
    struct depot_web *web;
    const char *path;
    struct http_upload upload;
    bool is_upload;
    const char *headers[HEADERS_MAX + 1]; /* NULL at the end */
    size_t header_count;
    uint64_t cap_bytes;
    struct depot_file *out; /* of a GET */
    struct http_reply reply;
    struct pod_error *err;
};

static void add_header(struct exchange *exchange, const char *line)
{
    if (line != NULL && exchange->header_count < HEADERS_MAX)
        exchange->headers[exchange->header_count++] = line;
}

static bool too_large(struct exchange *exchange)
{
    return pod_fail(exchange->err, POD_ENTRY, "has more than %llu bytes",
                    (unsigned long long)exchange->cap_bytes);
}

static bool begin(void *context, const struct http_reply *reply)
{
    struct exchange *exchange = context;
    exchange->out->bytes.length = 0;
    return !reply->has_length || reply->length <= exchange->cap_bytes ||
           too_large(exchange);
}

static bool take(void *context, const void *bytes, size_t length)
{
    struct exchange *exchange = context;
    if (length > exchange->cap_bytes - exchange->out->bytes.length)
        return too_large(exchange);
    pod_buf_append(&exchange->out->bytes, bytes, length);
    return true;
}

static enum http_end perform(struct exchange *exchange, const char *url,
                             uint64_t deadline_ms)
{
    const struct depot_web *web = exchange->web;
    uint64_t now = now_ms();
    const struct http_request request = {
        .url = url,
        .upload = exchange->is_upload ? &exchange->upload : NULL,
        .headers = exchange->headers,
        .signer = web->is_bucket ? &web->signer : NULL,
        .ca_file = web->options->ca_file,
        .allows_private = web->options->allows_private,
        .refuses_public = web->is_plain,
        .connect_s = web->options->connect_s,
        .idle_s = web->options->idle_s,
        .total_ms = deadline_ms > now ? deadline_ms - now : 1,
        .begin = begin,
        .body = take,
        .context = exchange,
    };
    return http_perform(&request, &exchange->reply);
}

/* False: nobody waits that long, or it was tried often enough. */
static bool wait_for_next(struct exchange *exchange, unsigned failures,
                          uint64_t deadline_ms)
{
    const struct depot_options *options = exchange->web->options;
    const struct http_reply *reply = &exchange->reply;
    uint64_t delay = retry_delay_ms(options->delay_ms, failures, reply->retry_after_s);
    bool is_late = now_ms() + delay >= deadline_ms;
    if (failures >= options->tries || is_late)
        return pod_fail(exchange->err, POD_HOST, "%s (%s)", reply->why,
                        is_late ? "out of time" : "tried in vain");
    retry_sleep(delay);
    return true;
}

static bool is_settled(struct exchange *exchange, enum http_end end)
{
    struct http_reply *reply = &exchange->reply;
    if (end == HTTP_ANSWERED && retry_is_worth(reply->status))
        (void)snprintf(reply->why, sizeof reply->why, "the server says %ld", reply->status);
    return end == HTTP_ANSWERED ? !retry_is_worth(reply->status) : end != HTTP_TEMPORARY;
}

/* Until there is an answer that no patience changes: its status says what it is worth. */
static bool exchange_do(struct exchange *exchange)
{
    pod_auto_free char *url = pod_strf("%s%s", exchange->web->base, exchange->path);
    uint64_t deadline_ms = now_ms() + (uint64_t)exchange->web->options->total_s * 1000;
    if (deadline_ms > exchange->web->ends_ms)
        deadline_ms = exchange->web->ends_ms;
    for (unsigned failures = 1;; failures++) {
        enum http_end end = perform(exchange, url, deadline_ms);
        if (is_settled(exchange, end))
            return end == HTTP_ANSWERED ||
                   pod_fail(exchange->err, POD_HOST, "%s", exchange->reply.why);
        if (!wait_for_next(exchange, failures, deadline_ms))
            return false;
    }
}

static const char *reader_advice(long status)
{
    switch (status) {
    case 301:
    case 302:
    case 307:
    case 308:
        return ": name the address that it leads to";
    case 401:
    case 403:
        return ": it is not for everybody to read";
    default:
        return "";
    }
}

static const char *publisher_advice(long status)
{
    switch (status) {
    case 301:
    case 302:
    case 307:
    case 308:
        return ": publish to the address that it leads to";
    case 400:
    case 401:
    case 403:
        return ": look at the credentials, what they allow, and this machine's clock";
    case 405:
        return ": it takes no PUT there";
    default:
        return "";
    }
}

static bool refuse_status(struct exchange *exchange)
{
    long status = exchange->reply.status;
    bool is_reader = exchange->web->options->is_reader;
    return pod_fail(exchange->err, POD_HOST, "the server says %ld%s", status,
                    is_reader ? reader_advice(status) : publisher_advice(status));
}

/* GET. */

static void set_version(struct depot_file *out, const struct http_reply *reply)
{
    bool is_etag = reply->validator[0] == '"';
    (void)snprintf(out->version, sizeof out->version, "%s",
                   is_etag ? reply->validator : "");
}

static bool get(struct exchange *exchange)
{
    struct depot_file *out = exchange->out;
    struct pod_digest nothing = pod_sha256_bytes("", 0);
    pod_auto_free char *digest = pod_strf("x-amz-content-sha256: %s", nothing.hex);
    add_header(exchange, "Cache-Control: no-cache");
    if (exchange->web->is_bucket)
        add_header(exchange, digest);
    if (!exchange_do(exchange))
        return false;
    long status = exchange->reply.status;
    out->is_there = status == 200;
    out->is_forbidden = status == 401 || status == 403;
    set_version(out, &exchange->reply);
    return out->is_there || status == 404 || status == 410 || refuse_status(exchange);
}

static void exchange_init(struct exchange *exchange, struct depot_web *web,
                          const char *path, struct pod_error *err)
{
    *exchange = (struct exchange){.web = web, .path = path, .err = err};
    add_header(exchange, web->authorization);
    add_header(exchange, web->host);
    add_header(exchange, web->session);
}

bool depot_web_get(struct depot_web *web, const char *path, uint64_t cap_bytes,
                   struct depot_file *out, struct pod_error *err)
{
    struct exchange exchange;
    exchange_init(&exchange, web, path, err);
    exchange.cap_bytes = cap_bytes;
    exchange.out = out;
    return get(&exchange) || pod_wrap(err, "cannot get '%s'", path);
}

/* PUT. */

static const char *content_type(const char *path)
{
    static const struct {
        const char *end, *line;
    } types[] = {
        {".json", "Content-Type: application/json"},
        {".ndjson", "Content-Type: application/x-ndjson"},
        {".csv", "Content-Type: text/csv; charset=utf-8"},
        {".atom", "Content-Type: application/atom+xml"},
        {".html", "Content-Type: text/html; charset=utf-8"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i].end) == 0)
            return types[i].line;
    return "Content-Type: application/octet-stream";
}

/* A request that was tried again may meet its own first try: that is a success. */
static bool is_there_already(struct depot_web *web, const struct depot_item *item,
                             bool *is_same, struct pod_error *err)
{
    depot_auto struct depot_file found = DEPOT_FILE_INIT;
    if (!depot_web_get(web, item->path, DEPOT_FILE_MAX, &found, err))
        return false;
    *is_same = found.is_there && found.bytes.length == item->length &&
               memcmp(found.bytes.data, item->bytes, item->length) == 0;
    return true;
}

static bool settle_conflict(struct exchange *exchange, const struct depot_item *item)
{
    bool is_same = false;
    return is_there_already(exchange->web, item, &is_same, exchange->err) &&
           (is_same || pod_fail(exchange->err, POD_HOST, "%s", DEPOT_CONFLICT));
}

static bool send_item(struct depot_web *web, const struct depot_item *item,
                      const char *condition, struct pod_error *err)
{
    struct exchange exchange;
    struct pod_digest body = pod_sha256_bytes(item->bytes, item->length);
    pod_auto_free char *digest = pod_strf("x-amz-content-sha256: %s", body.hex);
    exchange_init(&exchange, web, item->path, err);
    exchange.is_upload = true;
    exchange.upload = (struct http_upload){item->bytes, item->length};
    add_header(&exchange, content_type(item->path));
    add_header(&exchange, item->is_fixed
                              ? "Cache-Control: public, max-age=31536000, immutable"
                              : "Cache-Control: no-cache");
    add_header(&exchange, condition);
    if (web->is_bucket)
        add_header(&exchange, digest);
    if (!exchange_do(&exchange))
        return false;
    long status = exchange.reply.status;
    if (condition && (status == 412 || status == 409))
        return settle_conflict(&exchange, item);
    /* A store that knows no conditions says so; what was there has been looked at. */
    if (condition && status == 501 && web->is_bucket)
        return send_item(web, item, NULL, err);
    return status == 200 || status == 201 || status == 204 || refuse_status(&exchange);
}

bool depot_web_put(struct depot_web *web, const struct depot_item *item,
                   struct pod_error *err)
{
    const struct depot_file *seen = item->seen;
    pod_auto_free char *match = NULL;
    const char *condition = NULL;
    if (seen && seen->is_there && seen->version[0] == '\0' && !web->is_bucket)
        return pod_fail(
            err, POD_HOST,
            "cannot put '%s': the server tells no strong ETag of it, so another "
            "publisher could not be noticed",
            item->path);
    if (seen && seen->is_there && seen->version[0] != '\0')
        condition = match = pod_strf("If-Match: %s", seen->version);
    else if (seen && !seen->is_there)
        condition = "If-None-Match: *";
    return send_item(web, item, condition, err) ||
           pod_wrap(err, "cannot put '%s'", item->path);
}
