/* event.h - one line of the record: what happened, when, and the digest of the line before.
 *
 * The log is a chain: an event's text holds `prev`, the digest (BLAKE2b-256, see crypto.h)
 * of the text before it, so that nothing can be changed, left out or put in between without
 * changing every digest after it. The first event is number 1 and its prev 64 zeros. The
 * text is one line of JSON with exactly the keys that its kind has (event.def), in the
 * order of event_field.def; whoever checks the chain digests the text as it stands.
 *
 * `at` never goes back along the chain. A received entry has its own received_at, which may
 * be older where another system stamped it (stamped_by).
 *
 * Calling sequence: fill a struct event (strings on the heap, owned by it; event_set and
 * the like), event_print; or event_parse a text; event_release.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/error.h"

enum event_kind {
#define EVENT_KIND(name, text, required, optional) EVENT_##name,
#include "event.def"
#undef EVENT_KIND
    EVENT_KIND_COUNT
};

enum event_field {
#define EVENT_FIELD(key, kind) EVENT_##key,
#include "event_field.def"
#undef EVENT_FIELD
    EVENT_FIELD_COUNT
};

enum { EVENT_LIST_MAX = 64, EVENT_TEXT_MAX = 4096 };

/* One field of an event: which member holds it is decided by its kind. */
struct event_value {
    char *text; /* TEXT, HEX */
    struct pod_names texts;
    int64_t number; /* NUMBER; INSTANT in milliseconds */
    int64_t *numbers;
    size_t number_count;
};

struct event {
    int64_t seq;
    pod_instant_ms at;
    enum event_kind kind;
    struct pod_digest prev;
    unsigned has; /* bits of enum event_field */
    struct event_value values[EVENT_FIELD_COUNT];
};

void event_init(struct event *event, enum event_kind kind);
void event_release(struct event *event);

/* Copies. NULL text: the field is not there. */
void event_set_text(struct event *event, enum event_field field, const char *text);
/* The list is there, also when nothing is added to it. */
void event_set_list(struct event *event, enum event_field field);
void event_add_text(struct event *event, enum event_field field, const char *text);
void event_set_number(struct event *event, enum event_field field, int64_t number);
void event_add_number(struct event *event, enum event_field field, int64_t number);

bool event_has(const struct event *event, enum event_field field);
const char *event_text(const struct event *event, enum event_field field); /* or NULL */
int64_t event_number(const struct event *event, enum event_field field);   /* or 0 */

const char *event_kind_text(enum event_kind kind);

/* The line, without its newline; the caller frees. NULL and POD_BUG when a field that the
 * kind needs is missing, one that it has not is there, or one is beyond what event_parse
 * takes. */
char *event_print(const struct event *event, struct pod_error *err);

/* Strict: an unknown key, a missing one, a wrong type. Where it stands comes before each
 * message ("log.ndjson:12"); failure is POD_HOST. Release event also after a failure. */
bool event_parse(const char *text, size_t length, const char *where, struct event *out,
                 struct pod_error *err);

/* Digest of a line: what the next one has as prev. */
struct pod_digest event_digest(const char *text);

/* prev of the first event. */
struct pod_digest event_genesis(void);

#define event_auto __attribute__((cleanup(event_release)))

#endif
