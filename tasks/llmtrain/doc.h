/* doc.h - strict reading of small JSON documents that may be hostile.
 *
 * doc_parse bounds depth before the parser recurses, refuses duplicate keys, bytes after
 * the value and what is no UTF-8; the caller bounds the length, and with it the number of
 * values. The readers below fail with the document's fault and the key's name; callers add
 * the place with task_wrap.
 */
#ifndef LLMTRAIN_DOC_H
#define LLMTRAIN_DOC_H

#include "sdk/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct doc {
    enum task_fault fault; /* whose mistake a bad document is */
    struct task_error *err;
};

struct doc_range {
    double low, high; /* inclusive */
};

/* The caller decrefs; NULL on failure. */
json_t *doc_parse(const struct doc *doc, const char *bytes, size_t length);

void doc_cleanup(json_t **value);
#define doc_auto __attribute__((cleanup(doc_cleanup)))

/* value is an object with these keys (ends with NULL) and no other. */
bool doc_object(const struct doc *doc, json_t *value, const char *const *keys);

/* An integer token: 1.0 and 1e3 are none. */
bool doc_integer(const struct doc *doc, const json_t *object, const char *key,
                 struct doc_range range, int *number);
bool doc_number(const struct doc *doc, const json_t *object, const char *key,
                struct doc_range range, double *number);
bool doc_bool(const struct doc *doc, const json_t *object, const char *key, bool *is_true);

/* Borrowed from object; NULL on failure. 1 to limit bytes of printable ASCII without
 * quotes and backslashes, so that it can be printed into JSON as it is. */
const char *doc_text(const struct doc *doc, const json_t *object, const char *key,
                     size_t limit);
/* Borrowed; 1 to limit elements. */
json_t *doc_array(const struct doc *doc, const json_t *object, const char *key,
                  size_t limit);

#endif
