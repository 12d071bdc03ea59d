/* http_url.h - is this text a URL that podium fetches or publishes to? libcurl's own parser
 * says what its parts are, so that nothing is judged differently from what is connected to.
 *
 * Arguments are borrowed. Failure has the fault that the caller names.
 */
#ifndef ENGINE_HTTP_URL_H
#define ENGINE_HTTP_URL_H

#include "base/error.h"

/* Nothing but printable ASCII: fit for a header. */
bool http_is_printable(const char *text);

enum http_scheme { HTTP_PLAIN, HTTP_TLS, HTTP_FILE };

/* False with err set by fault: no URL, a scheme that is none of those, or credentials in
 * it. path, if not NULL, gets that of a file:, decoded; the caller frees. */
bool http_url_check(const char *url, enum pod_fault fault, enum http_scheme *scheme,
                    char **path, struct pod_error *err);

#endif
