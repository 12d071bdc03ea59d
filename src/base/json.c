#include "json.h"
#include "buf.h"
#include "fs.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_DEPTH = 32,
    /* A value of two bytes costs jansson up to 230: this bounds memory to about 250 MB. */
    MAX_VALUES = 1 << 20,
    SHOWN_KEY = 60,
};

void pod_cleanup_json(json_t **value)
{
    json_decref(*value);
}

/* Before the parser. */

struct scan {
    unsigned depth, deepest, line;
    size_t values;
    bool is_string, is_escaped;
};

static void scan_string_byte(struct scan *scan, char c)
{
    if (scan->is_escaped)
        scan->is_escaped = false;
    else if (c == '\\')
        scan->is_escaped = true;
    else if (c == '"')
        scan->is_string = false;
}

static void scan_byte(struct scan *scan, char c)
{
    switch (c) {
    case '"':
        scan->is_string = true;
        break;
    case '{':
    case '[':
        scan->depth++;
        scan->values++;
        break;
    case '}':
    case ']':
        scan->depth -= scan->depth > 0;
        break;
    case ',':
        scan->values++;
        break;
    case '\n':
        scan->line++;
        break;
    default:
        break;
    }
}

/* Brackets and commas are counted outside strings; what is no JSON is left to the parser.
 */
static bool check_shape(const char *bytes, size_t length, const char *name,
                        enum pod_fault fault, struct pod_error *err)
{
    struct scan scan = {.line = 1};
    for (size_t i = 0; i < length; i++) {
        if (scan.is_string)
            scan_string_byte(&scan, bytes[i]);
        else
            scan_byte(&scan, bytes[i]);
        if (scan.depth > MAX_DEPTH)
            return pod_fail(err, fault, "%s: line %u: nested deeper than %d levels", name,
                            scan.line, MAX_DEPTH);
        if (scan.values > MAX_VALUES)
            return pod_fail(err, fault, "%s: line %u: more than %d values", name, scan.line,
                            MAX_VALUES);
    }
    return true;
}

static bool has_byte_order_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
}

json_t *pod_json_parse(const char *bytes, size_t length, const char *name,
                       enum pod_fault fault, struct pod_error *err)
{
    if (length == 0) {
        pod_fail(err, fault, "%s: is empty", name);
        return NULL;
    }
    if (has_byte_order_mark(bytes, length)) {
        pod_fail(err, fault, "%s: starts with a byte order mark: save it without", name);
        return NULL;
    }
    if (!check_shape(bytes, length, name, fault, err))
        return NULL;
    json_error_t problem;
    json_t *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
    if (value)
        return value;
    if (json_error_code(&problem) == json_error_out_of_memory)
        pod_out_of_memory();
    pod_auto_free char *shown = pod_str_shown(problem.text, sizeof problem.text);
    pod_fail(err, fault, "%s: line %d, column %d: %s", name, problem.line, problem.column,
             shown);
    return NULL;
}

/* What the document's owner can mend is her fault; the rest is the host's. */
static bool check_file(const char *path, const char *name, size_t cap_bytes,
                       enum pod_fault fault, struct pod_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return pod_fail_errno(err, errno == EACCES ? POD_HOST : fault, "%s", name);
    if (!S_ISREG(st.st_mode))
        return pod_fail(err, fault, "%s: is not a regular file", name);
    if ((uint64_t)st.st_size > cap_bytes)
        return pod_fail(err, fault, "%s: is larger than %zu bytes", name, cap_bytes);
    return true;
}

json_t *pod_json_load(const char *path, const char *name, size_t cap_bytes,
                      enum pod_fault fault, struct pod_error *err)
{
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    if (!check_file(path, name, cap_bytes, fault, err) ||
        !pod_file_read(path, cap_bytes, &bytes, err))
        return NULL;
    return pod_json_parse(bytes.data, bytes.length, name, fault, err);
}

/* Filling structs. */

/* Everything that a message needs to know. */
struct place {
    const char *name;
    const char *path; /* of the object, "" at the root */
    const char *key;  /* in the object; NULL for the object itself */
    enum pod_fault fault;
    struct pod_error *err;
};

/* Put together for a message only: a document may have 100,000 items. The caller frees. */
static char *place_text(const struct place *place)
{
    return pod_strf("%s%s%s", place->path, place->key ? "." : "",
                    place->key ? place->key : "");
}

const char *pod_json_type_text(const json_t *value)
{
    static const char *const texts[] = {
        [JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array",
        [JSON_STRING] = "a string",    [JSON_INTEGER] = "a number",
        [JSON_REAL] = "a real number", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",        [JSON_NULL] = "null",
    };
    return value ? texts[json_typeof(value)] : "nothing";
}

static bool wrong_type(const struct place *place, const char *wanted, const json_t *value)
{
    pod_auto_free char *path = place_text(place);
    return pod_fail(place->err, place->fault, "%s: %s%sexpected %s, found %s", place->name,
                    path, *path ? ": " : "", wanted, pod_json_type_text(value));
}

static bool has_bounds(const struct pod_field *field)
{
    return field->min != 0 || field->max != 0;
}

static bool is_within(const struct pod_field *field, double value)
{
    return !has_bounds(field) || (value >= field->min && value <= field->max);
}

/* what is the unit with its space, as in "characters"; the numbers are printed as people
 * write them. */
static bool out_of_range(const struct place *place, const struct pod_field *field,
                         const char *unit, double found)
{
    pod_auto_free char *path = place_text(place);
    return pod_fail(place->err, place->fault,
                    "%s: %s: expected %.16g to %.16g%s, found %.17g", place->name, path,
                    field->min, field->max, unit, found);
}

static bool fill_string(const struct place *place, const struct pod_field *field,
                        const json_t *value, void *slot)
{
    if (!json_is_string(value))
        return wrong_type(place, "a string", value);
    size_t length = json_string_length(value);
    if (!is_within(field, (double)length))
        return out_of_range(place, field, " bytes", (double)length);
    *(char **)slot = pod_strdup(json_string_value(value));
    return true;
}

static bool fill_bool(const struct place *place, const struct pod_field *field,
                      const json_t *value, void *slot)
{
    (void)field;
    if (!json_is_boolean(value))
        return wrong_type(place, "true or false", value);
    *(bool *)slot = json_is_true(value);
    return true;
}

static bool fill_int(const struct place *place, const struct pod_field *field,
                     const json_t *value, void *slot)
{
    if (!json_is_integer(value))
        return wrong_type(place, "an integer", value);
    int64_t number = json_integer_value(value);
    if (!is_within(field, (double)number))
        return out_of_range(place, field, "", (double)number);
    *(int64_t *)slot = number;
    return true;
}

static bool fill_real(const struct place *place, const struct pod_field *field,
                      const json_t *value, void *slot)
{
    if (!json_is_number(value))
        return wrong_type(place, "a number", value);
    double number = json_number_value(value);
    if (!isfinite(number))
        return wrong_type(place, "a finite number", value);
    if (!is_within(field, number))
        return out_of_range(place, field, "", number);
    *(double *)slot = number;
    return true;
}

static bool wrong_item(const struct place *place, size_t i, const json_t *item)
{
    pod_auto_free char *array = place_text(place);
    pod_auto_free char *path = pod_strf("%s[%zu]", array, i);
    struct place at = *place;
    at.path = path;
    at.key = NULL;
    return wrong_type(&at, "a string", item);
}

static bool fill_names(const struct place *place, const struct pod_field *field,
                       const json_t *value, void *slot)
{
    if (!json_is_array(value))
        return wrong_type(place, "an array of strings", value);
    if (!is_within(field, (double)json_array_size(value)))
        return out_of_range(place, field, " items", (double)json_array_size(value));
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item))
            return wrong_item(place, i, item);
        pod_names_add(slot, json_string_value(item));
    }
    return true;
}

static bool fill_object(const struct place *place, const struct pod_field *field,
                        const json_t *value, void *slot)
{
    if (!json_is_object(value))
        return wrong_type(place, "an object", value);
    if (!is_within(field, (double)json_object_size(value)))
        return out_of_range(place, field, " keys", (double)json_object_size(value));
    memcpy(slot, &value, sizeof value);
    return true;
}

static bool fill_array(const struct place *place, const struct pod_field *field,
                       const json_t *value, void *slot)
{
    if (!json_is_array(value))
        return wrong_type(place, "an array", value);
    if (!is_within(field, (double)json_array_size(value)))
        return out_of_range(place, field, " items", (double)json_array_size(value));
    memcpy(slot, &value, sizeof value);
    return true;
}

static bool fill_one(const struct place *place, const struct pod_field *field,
                     const json_t *value, void *slot)
{
    static bool (*const fillers[])(const struct place *, const struct pod_field *,
                                   const json_t *, void *) = {
        [POD_FIELD_STRING] = fill_string, [POD_FIELD_BOOL] = fill_bool,
        [POD_FIELD_INT] = fill_int,       [POD_FIELD_REAL] = fill_real,
        [POD_FIELD_NAMES] = fill_names,   [POD_FIELD_OBJECT] = fill_object,
        [POD_FIELD_ARRAY] = fill_array,
    };
    return fillers[field->kind](place, field, value, slot);
}

static const struct pod_field *find_field(const struct pod_field *fields, const char *key)
{
    for (const struct pod_field *field = fields; field->key; field++)
        if (strcmp(field->key, key) == 0)
            return field;
    return NULL;
}

static bool unknown_key(const struct place *place, const struct pod_field *fields,
                        const char *key)
{
    pod_auto_free char *shown = pod_str_shown(key, SHOWN_KEY);
    pod_auto_buf struct pod_buf known = POD_BUF_INIT;
    for (const struct pod_field *field = fields; field->key; field++)
        pod_buf_printf(&known, "%s%s", field == fields ? "" : ", ", field->key);
    return pod_fail(place->err, place->fault, "%s: %s.%s: unknown key, known are %s",
                    place->name, place->path, shown, known.data ? known.data : "none");
}

static bool check_keys(const struct place *place, const struct pod_field *fields,
                       json_t *object)
{
    bool is_root = *place->path == '\0';
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach (object, key, value) {
        bool is_schema = is_root && strcmp(key, "schema") == 0;
        if (!is_schema && !find_field(fields, key))
            return unknown_key(place, fields, key);
    }
    return true;
}

bool pod_json_fill(json_t *object, const struct pod_json_place *where,
                   const struct pod_field *fields, void *out, struct pod_error *err)
{
    struct place place = {
        .name = where->name, .path = where->path, .fault = where->fault, .err = err};
    if (!json_is_object(object))
        return wrong_type(&place, "an object", object);
    if (!check_keys(&place, fields, object))
        return false;
    for (const struct pod_field *field = fields; field->key; field++) {
        const json_t *value = json_object_get(object, field->key);
        place.key = field->key;
        if (!value && field->is_required)
            return pod_fail(err, where->fault, "%s: %s.%s: missing", where->name,
                            where->path, field->key);
        if (value && !fill_one(&place, field, value, (char *)out + field->offset))
            return false;
    }
    return true;
}

bool pod_json_schema(json_t *object, const char *name, const char *schema,
                     enum pod_fault fault, struct pod_error *err)
{
    struct place root = {.name = name, .path = "", .fault = fault, .err = err};
    if (!json_is_object(object))
        return wrong_type(&root, "an object", object);
    const json_t *value = json_object_get(object, "schema");
    if (!value)
        return pod_fail(err, fault, "%s: .schema: missing, expected \"%s\"", name, schema);
    struct place place = root;
    place.key = "schema";
    if (!json_is_string(value))
        return wrong_type(&place, "a string", value);
    if (strcmp(json_string_value(value), schema) == 0)
        return true;
    pod_auto_free char *shown = pod_str_shown(json_string_value(value), SHOWN_KEY);
    return pod_fail(err, fault, "%s: .schema: expected \"%s\", found \"%s\"", name, schema,
                    shown);
}

/* Printing. */

char *pod_json_print(const json_t *value)
{
    char *text =
        json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    if (!text)
        pod_out_of_memory();
    size_t length = strlen(text);
    text = pod_grow(text, length + 2, 1);
    memcpy(text + length, "\n", 2);
    return text;
}

char *pod_json_print_line(const json_t *value)
{
    char *text =
        json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY);
    if (!text)
        pod_out_of_memory();
    return text;
}

bool pod_json_write(const char *path, const json_t *value, struct pod_error *err)
{
    pod_auto_free char *text = pod_json_print(value);
    return pod_file_write(path, text, strlen(text), err);
}
