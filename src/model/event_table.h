/* event_table.h - the kinds of events and their fields as tables. Only for event*.c. */
#ifndef MODEL_EVENT_TABLE_H
#define MODEL_EVENT_TABLE_H

#include "model/event.h"

enum event_value_kind {
    VALUE_TEXT,
    VALUE_HEX,
    VALUE_TEXTS,
    VALUE_NUMBER,
    VALUE_NUMBERS,
    VALUE_INSTANT
};

/* By enum event_field, in the order of a line. */
struct event__field {
    const char *key;
    enum event_value_kind kind;
};
extern const struct event__field event__fields[EVENT_FIELD_COUNT];

/* By enum event_kind. */
struct event__kind {
    const char *text;
    unsigned required, optional; /* bits of enum event_field */
};
extern const struct event__kind event__kinds[EVENT_KIND_COUNT];

static const int64_t EVENT__NUMBER_MAX = INT64_C(1)
                                         << 53; /* what every JSON reader holds */

/* Has the event the fields that its kind needs and no others? */
bool event__check_fields(const struct event *event, enum pod_fault fault, const char *where,
                         struct pod_error *err);

#endif
