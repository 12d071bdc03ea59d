#include "model/event.h"

#include "model/event_table.h"

#include <stdlib.h>
#include <string.h>

const struct event__field event__fields[EVENT_FIELD_COUNT] = {
#define EVENT_FIELD(key, kind) {#key, VALUE_##kind},
#include "event_field.def"
#undef EVENT_FIELD
};

const struct event__kind event__kinds[EVENT_KIND_COUNT] = {
#define EVENT_KIND(name, text, required, optional) {text, required, optional},
#include "event.def"
#undef EVENT_KIND
};

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
    return event__kinds[kind].text;
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

bool event__check_fields(const struct event *event, enum pod_fault fault, const char *where,
                         struct pod_error *err)
{
    unsigned required = event__kinds[event->kind].required;
    unsigned known = required | event__kinds[event->kind].optional;
    for (int i = 0; i < EVENT_FIELD_COUNT; i++) {
        unsigned bit = 1u << i;
        if ((required & bit) && !(event->has & bit))
            return pod_fail(err, fault, "%s: an event \"%s\" needs .%s", where,
                            event__kinds[event->kind].text, event__fields[i].key);
        if ((event->has & bit) && !(known & bit))
            return pod_fail(err, fault, "%s: .%s does not belong to an event \"%s\"", where,
                            event__fields[i].key, event__kinds[event->kind].text);
    }
    return true;
}
