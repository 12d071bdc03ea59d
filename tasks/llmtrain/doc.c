#include "doc.h"

#include "sdk/buf.h"

#include <string.h>

/* Deeper than any document of the task; jansson recurses. */
enum { DEPTH = 16, SHOWN = 40 };

/* Brackets outside of strings; whether they match is the parser's business. */
static bool is_shallow(const char *bytes, size_t length)
{
    bool is_string = false;
    int depth = 0;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (is_string && c == '\\')
            i++;
        else if (c == '"')
            is_string = !is_string;
        else if (!is_string && (c == '{' || c == '['))
            depth++;
        else if (!is_string && (c == '}' || c == ']'))
            depth--;
        if (depth > DEPTH)
            return false;
    }
    return true;
}

json_t *doc_parse(const struct doc *doc, const char *bytes, size_t length)
{
    json_error_t problem;
    if (!is_shallow(bytes, length)) {
        (void)task_fail(doc->err, doc->fault, "nested more than %d levels deep", DEPTH);
        return NULL;
    }
    json_t *value = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
    if (!value) {
        task_auto_buf struct task_buf shown = TASK_BUF_INIT;
        task_buf_escaped(&shown, problem.text, strlen(problem.text), 2 * SHOWN);
        (void)task_fail(doc->err, doc->fault, "is no JSON: line %d, column %d: %s",
                        problem.line, problem.column, shown.data);
    }
    return value;
}

void doc_cleanup(json_t **value)
{
    json_decref(*value);
}

static bool is_known(const char *key, const char *const *keys)
{
    for (; *keys; keys++) {
        if (strcmp(key, *keys) == 0)
            return true;
    }
    return false;
}

bool doc_object(const struct doc *doc, json_t *value, const char *const *keys)
{
    if (!json_is_object(value))
        return task_fail(doc->err, doc->fault, "is no object");
    for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
        const char *key = json_object_iter_key(at);
        if (is_known(key, keys))
            continue;
        task_auto_buf struct task_buf shown = TASK_BUF_INIT;
        task_buf_escaped(&shown, key, strlen(key), SHOWN);
        return task_fail(doc->err, doc->fault, "unknown key \"%s\"",
                         shown.length ? shown.data : "");
    }
    for (; *keys; keys++) {
        if (!json_object_get(value, *keys))
            return task_fail(doc->err, doc->fault, "no key \"%s\"", *keys);
    }
    return true;
}

bool doc_integer(const struct doc *doc, const json_t *object, const char *key,
                 struct doc_range range, int *number)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value))
        return task_fail(doc->err, doc->fault, "\"%s\" is no whole number", key);
    const json_int_t found = json_integer_value(value);
    if (found < (json_int_t)range.low || found > (json_int_t)range.high)
        return task_fail(doc->err, doc->fault, "\"%s\" is not from %.0f to %.0f", key,
                         range.low, range.high);
    *number = (int)found;
    return true;
}

bool doc_number(const struct doc *doc, const json_t *object, const char *key,
                struct doc_range range, double *number)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        return task_fail(doc->err, doc->fault, "\"%s\" is no number", key);
    const double found = json_number_value(value);
    if (!(found >= range.low && found <= range.high))
        return task_fail(doc->err, doc->fault, "\"%s\" is not from %g to %g", key,
                         range.low, range.high);
    *number = found;
    return true;
}

bool doc_bool(const struct doc *doc, const json_t *object, const char *key, bool *is_true)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        return task_fail(doc->err, doc->fault, "\"%s\" is neither true nor false", key);
    *is_true = json_is_true(value);
    return true;
}

const char *doc_text(const struct doc *doc, const json_t *object, const char *key,
                     size_t limit)
{
    const char *text = json_string_value(json_object_get(object, key));
    bool is_fine = text && text[0] && strlen(text) <= limit;
    for (const char *at = text; is_fine && *at; at++)
        is_fine = *at >= ' ' && *at <= '~' && *at != '"' && *at != '\\';
    if (!is_fine)
        (void)task_fail(doc->err, doc->fault,
                        "\"%s\" is no text of 1 to %zu printable ASCII characters without "
                        "quotes",
                        key, limit);
    return is_fine ? text : NULL;
}

json_t *doc_array(const struct doc *doc, const json_t *object, const char *key,
                  size_t limit)
{
    json_t *array = json_object_get(object, key);
    if (json_is_array(array) && json_array_size(array) > 0 &&
        json_array_size(array) <= limit)
        return array;
    (void)task_fail(doc->err, doc->fault, "\"%s\" is no list of 1 to %zu", key, limit);
    return NULL;
}
