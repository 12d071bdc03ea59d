#include "model/event.h"

#include "base/json.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

enum value_kind { TEXT, HEX, TEXTS, NUMBER, NUMBERS, INSTANT };

static const struct {
    const char *key;
    enum value_kind kind;
} fields[] = {
#define EVENT_FIELD(key, kind) {#key, kind},
#include "event_field.def"
#undef EVENT_FIELD
};

static const struct {
    const char *text;
    unsigned required, optional;
} kinds[] = {
#define EVENT_KIND(name, text, required, optional) {text, required, optional},
#include "event.def"
#undef EVENT_KIND
};

/* Keys that every event has, before those of its kind. */
static const char *const common[] = {"seq", "at", "prev", "kind"};

static const int64_t NUMBER_MAX = INT64_C(1) << 53; /* what every JSON reader can hold */

void event_init(struct event *event, enum event_kind kind)
{
    memset(event, 0, sizeof *event);
    event->kind = kind;
    event->prev = event_genesis();
}

void event_release(struct event *event)
{
    for (int i = 0; i < EVENT_FIELD_COUNT; i++) {
        free(event->values[i].text);
        pod_names_release(&event->values[i].texts);
        free(event->values[i].numbers);
    }
    memset(event, 0, sizeof *event);
}

void event_set_text(struct event *event, enum event_field field, const char *text)
{
    struct event_value *value = &event->values[field];
    free(value->text);
    value->text = text ? pod_strdup(text) : NULL;
    event->has = text ? event->has | 1u << field : event->has & ~(1u << field);
}

void event_set_list(struct event *event, enum event_field field)
{
    event->has |= 1u << field;
}

void event_add_text(struct event *event, enum event_field field, const char *text)
{
    pod_names_add(&event->values[field].texts, text);
    event->has |= 1u << field;
}

void event_set_number(struct event *event, enum event_field field, int64_t number)
{
    event->values[field].number = number;
    event->has |= 1u << field;
}

void event_add_number(struct event *event, enum event_field field, int64_t number)
{
    struct event_value *value = &event->values[field];
    value->numbers =
        pod_grow(value->numbers, value->number_count + 1, sizeof *value->numbers);
    value->numbers[value->number_count++] = number;
    event->has |= 1u << field;
}

bool event_has(const struct event *event, enum event_field field)
{
    return event->has & 1u << field;
}

const char *event_text(const struct event *event, enum event_field field)
{
    return event_has(event, field) ? event->values[field].text : NULL;
}

int64_t event_number(const struct event *event, enum event_field field)
{
    return event_has(event, field) ? event->values[field].number : 0;
}

const char *event_kind_text(enum event_kind kind)
{
    return kinds[kind].text;
}

struct pod_digest event_digest(const char *text)
{
    return pod_digest_bytes(text, strlen(text));
}

struct pod_digest event_genesis(void)
{
    struct pod_digest zero = {""};
    memset(zero.hex, '0', POD_DIGEST_HEX - 1);
    return zero;
}

/* Printing. */

static json_t *print_instant(pod_instant_ms instant)
{
    char text[POD_INSTANT_TEXT];
    pod_instant_format(instant, text);
    return json_string(text);
}

static json_t *print_texts(const struct pod_names *texts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < texts->count; i++)
        if (json_array_append_new(array, json_string(texts->items[i])) != 0)
            pod_out_of_memory();
    return array;
}

static json_t *print_numbers(const struct event_value *value)
{
    json_t *array = json_array();
    for (size_t i = 0; i < value->number_count; i++)
        if (json_array_append_new(array, json_integer(value->numbers[i])) != 0)
            pod_out_of_memory();
    return array;
}

static json_t *print_value(const struct event_value *value, enum value_kind kind)
{
    switch (kind) {
    case TEXT:
    case HEX:
        return json_string(value->text);
    case TEXTS:
        return print_texts(&value->texts);
    case NUMBER:
        return json_integer(value->number);
    case NUMBERS:
        return print_numbers(value);
    case INSTANT:
        return print_instant(value->number);
    }
    return NULL;
}

static bool check_fields(const struct event *event, enum pod_fault fault, const char *where,
                         struct pod_error *err)
{
    unsigned required = kinds[event->kind].required;
    unsigned known = required | kinds[event->kind].optional;
    for (int i = 0; i < EVENT_FIELD_COUNT; i++) {
        unsigned bit = 1u << i;
        if ((required & bit) && !(event->has & bit))
            return pod_fail(err, fault, "%s: an event \"%s\" needs .%s", where,
                            kinds[event->kind].text, fields[i].key);
        if ((event->has & bit) && !(known & bit))
            return pod_fail(err, fault, "%s: .%s does not belong to an event \"%s\"", where,
                            fields[i].key, kinds[event->kind].text);
    }
    return true;
}

static bool is_number(int64_t number)
{
    return number >= -NUMBER_MAX && number <= NUMBER_MAX;
}

static bool is_instant(pod_instant_ms instant)
{
    char text[POD_INSTANT_TEXT];
    struct pod_error outside = POD_ERROR_INIT;
    pod_instant_format(instant, text);
    return pod_instant_parse(text, &instant, &outside);
}

static bool are_readable(const struct event_value *value)
{
    bool done =
        value->texts.count <= EVENT_LIST_MAX && value->number_count <= EVENT_LIST_MAX;
    for (size_t i = 0; done && i < value->texts.count; i++)
        done = strlen(value->texts.items[i]) <= EVENT_TEXT_MAX;
    for (size_t i = 0; done && i < value->number_count; i++)
        done = is_number(value->numbers[i]);
    return done;
}

static bool is_readable(const struct event_value *value, enum value_kind kind)
{
    switch (kind) {
    case TEXT:
        return strlen(value->text) <= EVENT_TEXT_MAX;
    case HEX:
        return true; /* a digest or a key, never a word of anybody's */
    case TEXTS:
    case NUMBERS:
        return are_readable(value);
    case NUMBER:
        return is_number(value->number);
    case INSTANT:
        return is_instant(value->number);
    }
    return false;
}

/* One line that event_parse refuses would shut the whole log for ever. */
static bool check_caps(const struct event *event, struct pod_error *err)
{
    bool done = is_instant(event->at);
    for (int i = 0; done && i < EVENT_FIELD_COUNT; i++)
        done = !(event->has & 1u << i) || is_readable(&event->values[i], fields[i].kind);
    return done ||
           pod_fail(err, POD_BUG, "an event \"%s\" holds what could not be read back",
                    kinds[event->kind].text);
}

char *event_print(const struct event *event, struct pod_error *err)
{
    if (!check_fields(event, POD_BUG, "event", err) || !check_caps(event, err))
        return NULL;
    pod_auto_json json_t *object = json_object();
    bool done =
        json_object_set_new(object, "seq", json_integer(event->seq)) == 0 &&
        json_object_set_new(object, "at", print_instant(event->at)) == 0 &&
        json_object_set_new(object, "prev", json_string(event->prev.hex)) == 0 &&
        json_object_set_new(object, "kind", json_string(kinds[event->kind].text)) == 0;
    for (int i = 0; done && i < EVENT_FIELD_COUNT; i++)
        if (event->has & 1u << i)
            done = json_object_set_new(object, fields[i].key,
                                       print_value(&event->values[i], fields[i].kind)) == 0;
    if (done)
        return pod_json_print_line(object);
    pod_fail(err, POD_BUG, "an event \"%s\" holds text that is not UTF-8",
             kinds[event->kind].text);
    return NULL;
}

/* Parsing. */

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
                      enum value_kind kind, struct event_value *out)
{
    if (!json_is_array(value) || json_array_size(value) > EVENT_LIST_MAX)
        return refuse(in, key, "an array of at most 64", value);
    out->numbers = pod_alloc(json_array_size(value), sizeof *out->numbers);
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *one = json_array_get(value, i);
        char *text = NULL;
        if (kind == NUMBERS) {
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
    const char *key = fields[field].key;
    switch (fields[field].kind) {
    case TEXT:
        return read_text(in, key, value, &out->text);
    case HEX:
        return read_hex(in, key, value, &out->text);
    case NUMBER:
        return read_number(in, key, value, &out->number);
    case INSTANT:
        return read_instant(in, key, value, &out->number);
    case TEXTS:
    case NUMBERS:
        return read_list(in, key, value, fields[field].kind, out);
    }
    return false;
}

static bool read_kind(const struct reading *in, json_t *value, enum event_kind *out)
{
    for (int i = 0; json_is_string(value) && i < EVENT_KIND_COUNT; i++) {
        if (strcmp(json_string_value(value), kinds[i].text) == 0) {
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
        if (strcmp(fields[i].key, key) == 0)
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

bool event_parse(const char *text, size_t length, const char *where, struct event *out,
                 struct pod_error *err)
{
    const struct reading in = {where, err};
    event_init(out, EVENT_OPENED);
    pod_auto_json json_t *object = pod_json_parse(text, length, where, POD_HOST, err);
    if (object == NULL)
        return false;
    if (!json_is_object(object))
        return pod_fail(err, POD_HOST, "%s: expected an object, found %s", where,
                        pod_json_type_text(object));
    return read_common(&in, object, out) && read_fields(&in, object, out) &&
           check_fields(out, POD_HOST, where, err);
}
