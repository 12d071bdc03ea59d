/* json.h - strict JSON, filled into plain structs by tables, paths in every message.
 *
 * Calling sequence: pod_json_load a file (or pod_json_parse bytes), then pod_json_fill the
 * object by a table of fields. A key that the table does not name is an error; so is a
 * duplicate key, a wrong type, a value out of range, bytes after the value, nesting beyond
 * 32 levels or more than a million values (checked before the parser sees them) and a file
 * over its cap. "schema" at the root is for pod_json_schema: pod_json_fill passes it by.
 * A message reads `entry.json: .tasks.tile.run[0]: expected a string, found a number`.
 */
#ifndef POD_JSON_H
#define POD_JSON_H

#include "error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* name stands before each message, usually the file's path as the user knows it; fault is
 * whose fault a bad document is, a missing or too large file included; a file that cannot
 * be read is POD_HOST. The caller decrefs. NULL on failure. */
json_t *pod_json_parse(const char *bytes, size_t length, const char *name,
                       enum pod_fault fault, struct pod_error *err);
json_t *pod_json_load(const char *path, const char *name, size_t cap_bytes,
                      enum pod_fault fault, struct pod_error *err);

enum pod_field_kind {
    POD_FIELD_STRING, /* char *, heap copy; min and max bound its length in bytes */
    POD_FIELD_BOOL,   /* bool */
    POD_FIELD_INT,    /* int64_t within [min, max] */
    POD_FIELD_REAL,   /* double, finite, within [min, max]; an integer is taken too */
    POD_FIELD_NAMES,  /* struct pod_names: an array of strings; bounds on the count */
    POD_FIELD_OBJECT, /* json_t *, borrowed from the document; bounds on its size */
    POD_FIELD_ARRAY,  /* json_t *, borrowed; bounds on its size */
};

struct pod_field {
    const char *key;
    enum pod_field_kind kind;
    size_t offset; /* into the struct that is filled */
    bool is_required;
    double min, max; /* both 0: no bound */
};

/* Where an object stands, for messages, and whose fault it is when it is wrong. */
struct pod_json_place {
    const char *name; /* of the document */
    const char *path; /* in it; "" at the root */
    enum pod_fault fault;
};

/* Fill `out` (zeroed by the caller) from object by fields, which ends with a NULL key. On
 * failure some fields may be filled: release the struct as usual. */
bool pod_json_fill(json_t *object, const struct pod_json_place *where,
                   const struct pod_field *fields, void *out, struct pod_error *err);

/* The "schema" key of object must be the string `schema`. */
bool pod_json_schema(json_t *object, const char *name, const char *schema,
                     enum pod_fault fault, struct pod_error *err);

/* "a string", "an object", "nothing" for NULL: for messages of one's own. */
const char *pod_json_type_text(const json_t *value);

/* Keys in insertion order, two spaces, 17 significant digits, a final newline. The value
 * must hold no NaN (jansson cannot make one). The caller frees. */
char *pod_json_print(const json_t *value);
/* The same on one line, without white space and newline. The caller frees. */
char *pod_json_print_line(const json_t *value);
bool pod_json_write(const char *path, const json_t *value, struct pod_error *err);

/* json_t local that owns its reference. */
void pod_cleanup_json(json_t **value);
#define pod_auto_json __attribute__((cleanup(pod_cleanup_json)))

#endif
