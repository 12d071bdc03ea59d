#include "http_url.h"

#include "base/buf.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

bool http_is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7e)
            return false;
    return true;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool is_there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return is_there;
}

static bool read_scheme(CURLU *url, enum http_scheme *scheme)
{
    static const char *const names[] = {
        [HTTP_PLAIN] = "http", [HTTP_TLS] = "https", [HTTP_FILE] = "file"};
    char *text = NULL;
    bool is_known = false;
    if (curl_url_get(url, CURLUPART_SCHEME, &text, 0) != CURLUE_OK)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *scheme = (enum http_scheme)i;
            is_known = true;
        }
    curl_free(text);
    return is_known;
}

static char *read_path(CURLU *url)
{
    char *text = NULL;
    if (curl_url_get(url, CURLUPART_PATH, &text, CURLU_URLDECODE) != CURLUE_OK)
        return pod_strdup("");
    char *path = pod_strdup(text);
    curl_free(text);
    return path;
}

bool http_url_check(const char *url, enum pod_fault fault, enum http_scheme *scheme,
                    char **path, struct pod_error *err)
{
    pod_auto_free char *shown = pod_str_shown(url, 200);
    CURLU *parts = curl_url();
    if (!parts)
        pod_out_of_memory();
    /* The scheme comes first: what curl was built without is no reason of ours. */
    CURLUcode code = curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
    bool is_fine = false;
    if (!http_is_printable(url) || code != CURLUE_OK)
        pod_fail(err, fault, "\"%s\" is no URL", shown);
    else if (!read_scheme(parts, scheme))
        pod_fail(err, fault, "\"%s\" is neither http nor https", shown);
    else if (has_part(parts, CURLUPART_USER) || has_part(parts, CURLUPART_PASSWORD))
        pod_fail(err, fault, "the URL holds a user or password, which others would read");
    else
        is_fine = true;
    if (is_fine && path)
        *path = read_path(parts);
    curl_url_cleanup(parts);
    return is_fine;
}
