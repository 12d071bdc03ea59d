#include "model/event_table.h"

#include "base/json.h"

#include <string.h>

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

static json_t *print_value(const struct event_value *value, enum event_value_kind kind)
{
    switch (kind) {
    case VALUE_TEXT:
    case VALUE_HEX:
        return json_string(value->text);
    case VALUE_TEXTS:
        return print_texts(&value->texts);
    case VALUE_NUMBER:
        return json_integer(value->number);
    case VALUE_NUMBERS:
        return print_numbers(value);
    case VALUE_INSTANT:
        return print_instant(value->number);
    }
    return NULL;
}

static bool is_number(int64_t number)
{
    return number >= -EVENT__NUMBER_MAX && number <= EVENT__NUMBER_MAX;
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

static bool is_readable(const struct event_value *value, enum event_value_kind kind)
{
    switch (kind) {
    case VALUE_TEXT:
        return strlen(value->text) <= EVENT_TEXT_MAX;
    case VALUE_HEX:
        return true; /* a digest or a key, never a word of anybody's */
    case VALUE_TEXTS:
    case VALUE_NUMBERS:
        return are_readable(value);
    case VALUE_NUMBER:
        return is_number(value->number);
    case VALUE_INSTANT:
        return is_instant(value->number);
    }
    return false;
}

/* One line that event_parse refuses would shut the whole log for ever. */
static bool check_caps(const struct event *event, struct pod_error *err)
{
    bool done = is_instant(event->at);
    for (int i = 0; done && i < EVENT_FIELD_COUNT; i++)
        done = !(event->has & 1u << i) ||
               is_readable(&event->values[i], event__fields[i].kind);
    return done ||
           pod_fail(err, POD_BUG, "an event \"%s\" holds what could not be read back",
                    event__kinds[event->kind].text);
}

char *event_print(const struct event *event, struct pod_error *err)
{
    if (!event__check_fields(event, POD_BUG, "event", err) || !check_caps(event, err))
        return NULL;
    pod_auto_json json_t *object = json_object();
    bool done = json_object_set_new(object, "seq", json_integer(event->seq)) == 0 &&
                json_object_set_new(object, "at", print_instant(event->at)) == 0 &&
                json_object_set_new(object, "prev", json_string(event->prev.hex)) == 0 &&
                json_object_set_new(object, "kind",
                                    json_string(event__kinds[event->kind].text)) == 0;
    for (int i = 0; done && i < EVENT_FIELD_COUNT; i++)
        if (event->has & 1u << i)
            done = json_object_set_new(
                       object, event__fields[i].key,
                       print_value(&event->values[i], event__fields[i].kind)) == 0;
    if (done)
        return pod_json_print_line(object);
    pod_fail(err, POD_BUG, "an event \"%s\" holds text that is not UTF-8",
             event__kinds[event->kind].text);
    return NULL;
}
