#include "fetch.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/fs.h"
#include "fetch_part.h"
#include "http.h"
#include "http_url.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REDIRECTS_MAX = 5, PROGRESS_MS = 200 };

struct fetch {
    const struct fetch_options *options;
    const struct fetch_job *job;
    struct part part;
    uint64_t total_bytes; /* of the whole; 0: not told */
    uint64_t deadline_ms;
    uint64_t told_ms;    /* when progress was told last */
    bool is_resumed;     /* the part holds bytes of an earlier reply */
    bool is_stale;       /* the part is of no use: start anew */
    bool is_interrupted; /* a later call may go on */
    struct pod_error *err;
};

/* What a try came to. */
enum outcome { DONE, AGAIN, ANEW, FAILED };

static uint64_t now_ms(void)
{
    return pod_monotonic_ns() / 1000000;
}

void fetch_options_init(struct fetch_options *options)
{
    *options = (struct fetch_options){
        .cap_bytes = (uint64_t)1 << 30,
        .tries = 5,
        .delay_ms = 1000,
        .connect_s = 20,
        .idle_s = 30,
        .total_s = 1800,
    };
}

/* The body. */

static void tell_progress(struct fetch *fetch, bool is_end)
{
    uint64_t now = now_ms();
    if (!fetch->options->progress || (!is_end && now - fetch->told_ms < PROGRESS_MS))
        return;
    fetch->told_ms = now;
    fetch->options->progress(fetch->options->context, fetch->part.bytes,
                             fetch->total_bytes);
}

/* Size as it is announced, before the first byte. */
static bool check_total(struct fetch *fetch)
{
    uint64_t total = fetch->total_bytes, cap = fetch->options->cap_bytes;
    if (total > cap)
        return pod_fail(fetch->err, POD_ENTRY, "has %llu bytes, more than %llu",
                        (unsigned long long)total, (unsigned long long)cap);
    if (fetch->job->bytes != 0 && total != 0 && total != fetch->job->bytes)
        return pod_fail(fetch->err, POD_ENTRY, "has %llu bytes, expected %llu",
                        (unsigned long long)total, (unsigned long long)fetch->job->bytes);
    return true;
}

/* 206: go on where the part ends. 200: this is the whole, whatever was asked for. */
static bool begin(void *context, const struct http_reply *reply)
{
    struct fetch *fetch = context;
    if (reply->status == 206) {
        fetch->is_stale = !reply->has_range || reply->range_start != fetch->part.bytes;
        fetch->total_bytes = reply->range_total;
        fetch->is_resumed = true;
        return !fetch->is_stale && check_total(fetch);
    }
    fetch->is_resumed = false;
    fetch->total_bytes = reply->has_length ? reply->length : 0;
    return check_total(fetch) && part_restart(&fetch->part, reply->validator, fetch->err);
}

static bool take(void *context, const void *bytes, size_t length)
{
    struct fetch *fetch = context;
    uint64_t cap = fetch->options->cap_bytes;
    if (length > cap - fetch->part.bytes)
        return pod_fail(fetch->err, POD_ENTRY, "has more than %llu bytes",
                        (unsigned long long)cap);
    if (!part_append(&fetch->part, bytes, length, fetch->err))
        return false;
    tell_progress(fetch, false);
    return true;
}

/* Redirects. */

static bool check_scheme(struct fetch *fetch, const char *url, enum http_scheme before,
                         enum http_scheme *scheme)
{
    if (!http_url_check(url, POD_ENTRY, scheme, NULL, fetch->err))
        return false;
    if (*scheme == HTTP_FILE)
        return pod_fail(fetch->err, POD_ENTRY, "a file: is no address on the web");
    if (before == HTTP_TLS && *scheme == HTTP_PLAIN)
        return pod_fail(fetch->err, POD_ENTRY, "leads from https to http");
    return true;
}

static bool is_redirect(long status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

static enum http_end get_once(struct fetch *fetch, const char *url,
                              struct http_reply *reply)
{
    const struct fetch_options *options = fetch->options;
    uint64_t now = now_ms();
    const struct http_request request = {
        .url = url,
        .offset = part_is_resumable(&fetch->part) ? fetch->part.bytes : 0,
        .if_range = fetch->part.validator,
        .ca_file = options->ca_file,
        .allows_private = options->allows_private,
        .connect_s = options->connect_s,
        .idle_s = options->idle_s,
        .total_ms = fetch->deadline_ms > now ? fetch->deadline_ms - now : 1,
        .begin = begin,
        .body = take,
        .context = fetch,
    };
    return http_perform(&request, reply);
}

/* HTTP_STOPPED with err set where a redirect leads where it must not. */
static enum http_end get(struct fetch *fetch, struct http_reply *reply)
{
    char url[HTTP_TEXT_MAX];
    enum http_scheme scheme = HTTP_PLAIN;
    if (strlen(fetch->job->url) >= sizeof url) {
        pod_fail(fetch->err, POD_ENTRY, "the URL has more than %zu bytes", sizeof url - 1);
        return HTTP_STOPPED;
    }
    (void)snprintf(url, sizeof url, "%s", fetch->job->url);
    for (unsigned hop = 0; hop <= REDIRECTS_MAX; hop++) {
        if (!check_scheme(fetch, url, scheme, &scheme)) {
            if (hop > 0)
                pod_wrap(fetch->err, "redirect %u", hop);
            return HTTP_STOPPED;
        }
        enum http_end end = get_once(fetch, url, reply);
        if (end != HTTP_ANSWERED || !is_redirect(reply->status))
            return end;
        if (reply->location[0] == '\0') {
            pod_fail(fetch->err, POD_ENTRY, "the server redirects to nowhere");
            return HTTP_STOPPED;
        }
        (void)snprintf(url, sizeof url, "%s", reply->location);
    }
    pod_fail(fetch->err, POD_ENTRY, "more than %d redirects", REDIRECTS_MAX);
    return HTTP_STOPPED;
}

/* A try. */

static enum outcome judge_status(struct fetch *fetch, struct http_reply *reply)
{
    long status = reply->status;
    if (status == 200 || status == 206)
        return DONE;
    if (status == 416 && fetch->part.bytes > 0)
        return ANEW;
    (void)snprintf(reply->why, sizeof reply->why, "the server says %ld", status);
    if (retry_is_worth(status))
        return AGAIN;
    pod_fail(fetch->err, POD_ENTRY, "%s", reply->why);
    return FAILED;
}

static enum outcome try_once(struct fetch *fetch, struct http_reply *reply)
{
    fetch->is_stale = false;
    switch (get(fetch, reply)) {
    case HTTP_ANSWERED:
        return judge_status(fetch, reply);
    case HTTP_TEMPORARY:
        return AGAIN;
    case HTTP_STOPPED:
        return fetch->is_stale ? ANEW : FAILED;
    case HTTP_IMPOSSIBLE:
        break;
    }
    pod_fail(fetch->err, POD_ENTRY, "%s", reply->why);
    return FAILED;
}

/* False: nobody waits that long, or it was tried often enough. */
static bool wait_for_next(struct fetch *fetch, unsigned failures,
                          const struct http_reply *reply)
{
    uint64_t delay =
        retry_delay_ms(fetch->options->delay_ms, failures, reply->retry_after_s);
    bool is_late = now_ms() + delay >= fetch->deadline_ms;
    fetch->is_interrupted = failures >= fetch->options->tries || is_late;
    if (fetch->is_interrupted)
        return pod_fail(fetch->err, POD_ENTRY, "%s (%s)", reply->why,
                        is_late ? "out of time" : "tried in vain");
    retry_sleep(delay);
    return true;
}

/* Until the whole body is in the part. */
static bool get_whole(struct fetch *fetch)
{
    unsigned failures = 0, starts = 0;
    uint64_t best = fetch->part.bytes; /* who gets further is not failing in a row */
    for (;;) {
        struct http_reply reply;
        switch (try_once(fetch, &reply)) {
        case DONE:
            return true;
        case FAILED:
            return false;
        case ANEW:
            if (++starts > fetch->options->tries)
                return pod_fail(fetch->err, POD_ENTRY, "the server sends no range right");
            if (!part_restart(&fetch->part, "", fetch->err))
                return false;
            continue;
        case AGAIN:
            break;
        }
        failures = fetch->part.bytes > best ? 1 : failures + 1;
        best = fetch->part.bytes > best ? fetch->part.bytes : best;
        if (!wait_for_next(fetch, failures, &reply))
            return false;
    }
}

/* What is there now. */

static bool check_digest(struct fetch *fetch, const char *kind, const char *wanted,
                         const struct pod_digest *found)
{
    return strcmp(found->hex, wanted) == 0 ||
           pod_fail(fetch->err, POD_ENTRY, "has the %s %s, expected %s", kind, found->hex,
                    wanted);
}

static bool check_whole(struct fetch *fetch)
{
    const struct fetch_job *job = fetch->job;
    struct pod_digest found;
    if (job->bytes != 0 && fetch->part.bytes != job->bytes)
        return pod_fail(fetch->err, POD_ENTRY, "has %llu bytes, expected %llu",
                        (unsigned long long)fetch->part.bytes,
                        (unsigned long long)job->bytes);
    if (job->sha256 && (!pod_sha256_file(fetch->part.path, &found, fetch->err) ||
                        !check_digest(fetch, "SHA-256", job->sha256, &found)))
        return false;
    return !job->blake2b || (pod_digest_file(fetch->part.path, &found, fetch->err) &&
                             check_digest(fetch, "BLAKE2b", job->blake2b, &found));
}

/* A body that was put together from two replies gets a second chance as one. */
static bool fetch_web(struct fetch *fetch)
{
    if (!get_whole(fetch))
        return false;
    struct pod_error *err = fetch->err;
    struct pod_error problem = POD_ERROR_INIT;
    fetch->err = &problem;
    bool is_right = check_whole(fetch);
    fetch->err = err;
    if (is_right)
        return true;
    if (!fetch->is_resumed || problem.fault != POD_ENTRY)
        return pod_fail(err, problem.fault, "%s", problem.message);
    return part_restart(&fetch->part, "", err) && get_whole(fetch) && check_whole(fetch);
}

/* file: */

static int open_local(struct fetch *fetch, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        pod_fail_errno(fetch->err, POD_ENTRY, "cannot open it");
    } else if (!S_ISREG(st.st_mode)) {
        pod_fail(fetch->err, POD_ENTRY, "is no regular file");
    } else {
        fetch->total_bytes = (uint64_t)st.st_size;
        if (check_total(fetch))
            return fd;
    }
    pod_cleanup_fd(&fd);
    return -1;
}

static bool fetch_local(struct fetch *fetch, const char *path)
{
    if (!part_restart(&fetch->part, "", fetch->err))
        return false;
    pod_auto_fd int fd = open_local(fetch, path);
    if (fd < 0)
        return false;
    for (;;) {
        char chunk[65536];
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return pod_fail_errno(fetch->err, POD_ENTRY, "cannot read it");
        if (got == 0)
            return check_whole(fetch);
        if (!take(fetch, chunk, (size_t)got))
            return false;
    }
}

static bool fetch_body(struct fetch *fetch)
{
    enum http_scheme scheme = HTTP_PLAIN;
    pod_auto_free char *path = NULL;
    if (!http_url_check(fetch->job->url, POD_ENTRY, &scheme, &path, fetch->err))
        return false;
    if (scheme != HTTP_FILE)
        return fetch_web(fetch);
    if (!fetch->options->allows_file)
        return pod_fail(fetch->err, POD_ENTRY, "a file: URL is not taken unless allowed");
    return fetch_local(fetch, path);
}

bool fetch_file(const struct fetch_options *options, const struct fetch_job *job,
                struct pod_error *err)
{
    struct fetch fetch = {.options = options, .job = job, .err = err};
    fetch.deadline_ms = now_ms() + (uint64_t)options->total_s * 1000;
    if (!part_open(&fetch.part, job->dest, job->url, options->cap_bytes, err))
        return false;
    bool is_done = fetch_body(&fetch) && part_settle(&fetch.part, err);
    if (is_done)
        tell_progress(&fetch, true);
    part_close(&fetch.part, fetch.is_interrupted && part_is_resumable(&fetch.part));
    return is_done;
}
