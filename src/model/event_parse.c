#include "model/event_table.h"

#include "base/json.h"
#include "model/event_plain.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

/* Keys that every event has, before those of its kind. */
static const char *const common[] = {"seq", "at", "prev", "kind"};

struct reading {
    const char *where;
    struct pod_error *err;
};

static bool refuse(const struct reading *in, const char *key, const char *expected,
                   const json_t *found)
{
    return pod_fail(in->err, POD_HOST, "%s: .%s: expected %s, found %s", in->where, key,
                    expected, pod_json_type_text(found));
}

static bool read_text(const struct reading *in, const char *key, json_t *value, char **out)
{
    if (!json_is_string(value) || json_string_length(value) > EVENT_TEXT_MAX)
        return refuse(in, key, "a string of at most 4096 bytes", value);
    *out = pod_strdup(json_string_value(value));
    return true;
}

static bool read_hex(const struct reading *in, const char *key, json_t *value, char **out)
{
    pod_auto_free char *where = pod_strf("%s: .%s", in->where, key);
    return read_text(in, key, value, out) && name_check_hex(*out, where, POD_HOST, in->err);
}

static bool is_number(int64_t number)
{
    return number >= -EVENT__NUMBER_MAX && number <= EVENT__NUMBER_MAX;
}

static bool read_number(const struct reading *in, const char *key, json_t *value,
                        int64_t *out)
{
    *out = json_integer_value(value);
    return (json_is_integer(value) && is_number(*out)) ||
           refuse(in, key, "an integer", value);
}

static bool read_instant(const struct reading *in, const char *key, json_t *value,
                         pod_instant_ms *out)
{
    struct pod_error problem = POD_ERROR_INIT;
    if (!json_is_string(value))
        return refuse(in, key, "an instant", value);
    return pod_instant_parse(json_string_value(value), out, &problem) ||
           pod_fail(in->err, POD_HOST, "%s: .%s: %s", in->where, key, problem.message);
}

static bool read_list(const struct reading *in, const char *key, json_t *value,
                      enum event_value_kind kind, struct event_value *out)
{
    if (!json_is_array(value) || json_array_size(value) > EVENT_LIST_MAX)
        return refuse(in, key, "an array of at most 64", value);
    out->numbers = pod_alloc(json_array_size(value), sizeof *out->numbers);
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *one = json_array_get(value, i);
        char *text = NULL;
        if (kind == VALUE_NUMBERS) {
            if (!read_number(in, key, one, &out->numbers[out->number_count++]))
                return false;
            continue;
        }
        if (!read_text(in, key, one, &text))
            return false;
        pod_names_add_take(&out->texts, text);
    }
    return true;
}

static bool read_value(const struct reading *in, int field, json_t *value,
                       struct event_value *out)
{
    const char *key = event__fields[field].key;
    switch (event__fields[field].kind) {
    case VALUE_TEXT:
        return read_text(in, key, value, &out->text);
    case VALUE_HEX:
        return read_hex(in, key, value, &out->text);
    case VALUE_NUMBER:
        return read_number(in, key, value, &out->number);
    case VALUE_INSTANT:
        return read_instant(in, key, value, &out->number);
    case VALUE_TEXTS:
    case VALUE_NUMBERS:
        return read_list(in, key, value, event__fields[field].kind, out);
    }
    return false;
}

static bool read_kind(const struct reading *in, json_t *value, enum event_kind *out)
{
    for (int i = 0; json_is_string(value) && i < EVENT_KIND_COUNT; i++) {
        if (strcmp(json_string_value(value), event__kinds[i].text) == 0) {
            *out = (enum event_kind)i;
            return true;
        }
    }
    return refuse(in, "kind", "a kind of event", value);
}

static bool read_common(const struct reading *in, json_t *object, struct event *out)
{
    pod_auto_free char *prev = NULL;
    if (!read_number(in, "seq", json_object_get(object, "seq"), &out->seq) ||
        !read_instant(in, "at", json_object_get(object, "at"), &out->at) ||
        !read_hex(in, "prev", json_object_get(object, "prev"), &prev) ||
        !read_kind(in, json_object_get(object, "kind"), &out->kind))
        return false;
    memcpy(out->prev.hex, prev, sizeof out->prev.hex);
    return true;
}

static int find_field(const char *key)
{
    for (int i = 0; i < EVENT_FIELD_COUNT; i++)
        if (strcmp(event__fields[i].key, key) == 0)
            return i;
    return -1;
}

static bool is_common(const char *key)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (strcmp(common[i], key) == 0)
            return true;
    return false;
}

static bool read_fields(const struct reading *in, json_t *object, struct event *out)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach (object, key, value) {
        int field = find_field(key);
        if (is_common(key))
            continue;
        if (field < 0) {
            pod_auto_free char *shown = pod_str_shown(key, 100);
            return pod_fail(in->err, POD_HOST, "%s: .%s: unknown key", in->where, shown);
        }
        out->has |= 1u << field;
        if (!read_value(in, field, value, &out->values[field]))
            return false;
    }
    return true;
}

/* The long way, of any JSON. */
static bool read_json(const struct reading *in, const char *text, size_t length,
                      struct event *out)
{
    pod_auto_json json_t *object =
        pod_json_parse(text, length, in->where, POD_HOST, in->err);
    if (object == NULL)
        return false;
    if (!json_is_object(object))
        return pod_fail(in->err, POD_HOST, "%s: expected an object, found %s", in->where,
                        pod_json_type_text(object));
    return read_common(in, object, out) && read_fields(in, object, out);
}

bool event_parse(const char *text, size_t length, const char *where, struct event *out,
                 struct pod_error *err)
{
    const struct reading in = {where, err};
    return (event__read_plain(text, length, out) || read_json(&in, text, length, out)) &&
           event__check_fields(out, POD_HOST, where, err);
}
