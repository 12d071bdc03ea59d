#include "http.h"

#include "address.h"
#include "base/buf.h"
#include "http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADERS_MAX = 64 << 10,   /* of one reply */
    UNWANTED_MAX = 256 << 10, /* of a body that nobody reads */
    LOW_BYTES_A_SECOND = 1024,
};

struct transfer {
    const struct http_request *request;
    struct http_reply *reply;
    CURL *curl;
    size_t header_bytes;
    size_t unwanted_bytes;
    char last_modified[64], date[64];
    char refused[256]; /* an address that was not connected to, and what it is */
    bool has_begun;
    bool is_stopped; /* by begin or body */
    bool is_flooded; /* by headers */
};

static bool is_body_wanted(const struct transfer *transfer)
{
    long status = transfer->reply->status;
    return !transfer->request->upload && (status == 200 || status == 206);
}

/* Addresses. */

static void refuse(struct transfer *transfer, const struct curl_sockaddr *to,
                   const char *why)
{
    char host[64] = "?";
    (void)getnameinfo(&to->addr, to->addrlen, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    (void)snprintf(transfer->refused, sizeof transfer->refused, "%s is %s", host, why);
    errno = EACCES;
}

/* curl asks here for each address that it is about to connect to, after all resolving. */
static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *to)
{
    struct transfer *transfer = context;
    const struct http_request *request = transfer->request;
    const char *what = address_refusal(&to->addr);
    if (purpose != CURLSOCKTYPE_IPCXN)
        what = "no address to connect to";
    else if (what ? request->allows_private : !request->refuses_public)
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    pod_auto_free char *why =
        what
            ? pod_strf("%s, which is not connected to unless private addresses are allowed",
                       what)
            : pod_strdup("a public address, where anybody on the way reads and changes "
                         "what goes over plain http: use https");
    refuse(transfer, to, why);
    return CURL_SOCKET_BAD;
}

/* The head. */

/* The value of "name: value\r\n" into out; one that does not fit is none. */
static bool header_value(const char *line, size_t length, const char *name, char *out,
                         size_t size)
{
    size_t named = strlen(name);
    if (length <= named || strncasecmp(line, name, named) != 0 || line[named] != ':')
        return false;
    const char *at = line + named + 1, *end = line + length;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    size_t count = (size_t)(end - at);
    out[0] = '\0';
    if (count >= size || memchr(at, '\0', count))
        return true;
    memcpy(out, at, count);
    out[count] = '\0';
    return true;
}

/* "bytes 100-199/1000" or "bytes 100-199/x" with a star for x (RFC 9110, 14.4). */
static void read_range(struct http_reply *reply, const char *text)
{
    unsigned long long first = 0, last = 0, total = 0;
    int got = sscanf(text, "bytes %19llu-%19llu/%19llu", &first, &last, &total);
    reply->has_range = got >= 2 && first <= last;
    reply->range_start = first;
    reply->range_total = got == 3 ? total : 0;
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct http_reply *reply = transfer->reply;
    size_t length = size * count;
    char text[256];
    transfer->header_bytes += length;
    transfer->is_flooded = transfer->header_bytes > HEADERS_MAX;
    if (transfer->is_flooded)
        return 0;
    if (header_value(line, length, "content-range", text, sizeof text))
        read_range(reply, text);
    else if (header_value(line, length, "etag", text, sizeof text) && text[0] == '"' &&
             http_is_printable(text))
        memcpy(reply->validator, text, sizeof text);
    else if (!header_value(line, length, "last-modified", transfer->last_modified,
                           sizeof transfer->last_modified))
        (void)header_value(line, length, "date", transfer->date, sizeof transfer->date);
    return length;
}

/* Two versions of one second would bear the same date. */
static void settle_validator(struct transfer *transfer)
{
    struct http_reply *reply = transfer->reply;
    if (reply->validator[0] != '\0' || !http_is_printable(transfer->last_modified))
        return;
    time_t modified = curl_getdate(transfer->last_modified, NULL);
    time_t date = curl_getdate(transfer->date, NULL);
    if (modified > 0 && date > modified)
        memcpy(reply->validator, transfer->last_modified, sizeof transfer->last_modified);
}

static void read_head(struct transfer *transfer)
{
    struct http_reply *reply = transfer->reply;
    curl_off_t length = -1, after = 0;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &reply->status);
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RETRY_AFTER, &after);
    reply->has_length = length >= 0;
    reply->length = length > 0 ? (uint64_t)length : 0;
    reply->retry_after_s = after > 0 ? (uint64_t)after : 0;
    settle_validator(transfer);
}

/* Known to curl only when all is over. */
static void read_location(struct transfer *transfer)
{
    struct http_reply *reply = transfer->reply;
    char *location = NULL;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_REDIRECT_URL, &location);
    if (location && strlen(location) < sizeof reply->location)
        (void)snprintf(reply->location, sizeof reply->location, "%s", location);
}

/* The body. */

static bool begin(struct transfer *transfer)
{
    if (transfer->has_begun)
        return true;
    transfer->has_begun = true;
    read_head(transfer);
    if (!is_body_wanted(transfer))
        return true;
    transfer->is_stopped =
        !transfer->request->begin(transfer->request->context, transfer->reply);
    return !transfer->is_stopped;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;
    if (!begin(transfer))
        return 0;
    if (!is_body_wanted(transfer)) {
        transfer->unwanted_bytes += length;
        return transfer->unwanted_bytes > UNWANTED_MAX ? 0 : length;
    }
    transfer->is_stopped =
        !transfer->request->body(transfer->request->context, bytes, length);
    return transfer->is_stopped ? 0 : length;
}

/* The request. */

static bool set_security(CURL *curl, const struct http_request *request)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ==
               CURLE_OK &&
           (!request->ca_file ||
            (curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca_file) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static bool set_limits(CURL *curl, const struct http_request *request)
{
    return curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)request->connect_s) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_BYTES_A_SECOND) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)request->idle_s) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)request->total_ms) == CURLE_OK;
}

static bool set_callbacks(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK;
}

static bool add_line(struct curl_slist **lines, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*lines, line);
    if (longer)
        *lines = longer;
    return longer != NULL;
}

/* By hand and not by CURLOPT_RESUME_FROM, which takes an answer without the range for an
 * error; here it is a new start. */
static bool add_range(const struct http_request *request, struct curl_slist **lines)
{
    if (request->offset == 0)
        return true;
    pod_auto_free char *condition = pod_strf("If-Range: %s", request->if_range);
    pod_auto_free char *range =
        pod_strf("Range: bytes=%llu-", (unsigned long long)request->offset);
    return add_line(lines, condition) && add_line(lines, range);
}

static bool set_headers(CURL *curl, const struct http_request *request,
                        struct curl_slist **lines)
{
    if (!add_range(request, lines))
        return false;
    for (size_t i = 0; request->headers && request->headers[i]; i++)
        if (!add_line(lines, request->headers[i]))
            return false;
    return !*lines || curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *lines) == CURLE_OK;
}

/* A body in memory is sent again by curl itself where a connection that was kept has ended.
 * curl asks leave to send a large one; few servers answer, so it waits for a moment only.
 * An empty "Expect:" would do without, but libcurl 7.88 signs a header that it does not
 * send.
 */
static bool set_upload(CURL *curl, const struct http_upload *upload)
{
    return !upload ||
           (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                             (curl_off_t)upload->length) == CURLE_OK &&
            /* NULL would mean: ask the read function, which is that of standard input */
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
                             upload->bytes ? upload->bytes : "") == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT") == CURLE_OK &&
            curl_easy_setopt(curl, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L) == CURLE_OK);
}

static bool set_signer(CURL *curl, const struct http_signer *signer)
{
    if (!signer)
        return true;
    pod_auto_free char *scheme = pod_strf("aws:amz:%s:%s", signer->region, signer->service);
    return curl_easy_setopt(curl, CURLOPT_AWS_SIGV4, scheme) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERPWD, signer->credentials) == CURLE_OK;
}

static bool is_temporary(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
        return true;
    default:
        return false;
    }
}

static void explain(struct http_reply *reply, const char *text)
{
    pod_auto_free char *shown = pod_str_shown(text, 400);
    (void)snprintf(reply->why, sizeof reply->why, "%s", shown);
}

static enum http_end judge(struct transfer *transfer, CURLcode code, const char *text)
{
    struct http_reply *reply = transfer->reply;
    if (transfer->is_stopped)
        return HTTP_STOPPED;
    if (transfer->is_flooded) {
        explain(reply, "the server's headers have no end");
        return HTTP_IMPOSSIBLE;
    }
    /* Announced, if not a byte of it came. */
    if (code == CURLE_PARTIAL_FILE && !begin(transfer))
        return HTTP_STOPPED;
    /* An unwanted body was cut by us, or whatever else became of it. */
    bool is_known = transfer->has_begun && !is_body_wanted(transfer);
    if (code == CURLE_OK || is_known) {
        read_location(transfer);
        return begin(transfer) ? HTTP_ANSWERED : HTTP_STOPPED;
    }
    /* Only if no other address of that name took the connection. */
    if (code == CURLE_COULDNT_CONNECT && transfer->refused[0] != '\0') {
        explain(reply, transfer->refused);
        return HTTP_IMPOSSIBLE;
    }
    explain(reply, text[0] != '\0' ? text : curl_easy_strerror(code));
    return is_temporary(code) ? HTTP_TEMPORARY : HTTP_IMPOSSIBLE;
}

static enum http_end perform(struct transfer *transfer)
{
    CURL *curl = transfer->curl;
    const struct http_request *request = transfer->request;
    char text[CURL_ERROR_SIZE] = "";
    struct curl_slist *lines = NULL;
    enum http_end end = HTTP_IMPOSSIBLE;
    if (!set_security(curl, request) || !set_limits(curl, request) ||
        !set_callbacks(transfer) || !set_signer(curl, request->signer) ||
        !set_upload(curl, request->upload) || !set_headers(curl, request, &lines) ||
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "podium") != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_URL, request->url) != CURLE_OK)
        explain(transfer->reply, "this libcurl lacks an option that podium needs");
    else
        end = judge(transfer, curl_easy_perform(curl), text);
    curl_slist_free_all(lines);
    return end;
}

enum http_end http_perform(const struct http_request *request, struct http_reply *reply)
{
    memset(reply, 0, sizeof *reply);
    struct transfer transfer = {.request = request, .reply = reply};
    transfer.curl = curl_easy_init();
    if (!transfer.curl)
        pod_out_of_memory();
    enum http_end end = perform(&transfer);
    curl_easy_cleanup(transfer.curl);
    return end;
}
