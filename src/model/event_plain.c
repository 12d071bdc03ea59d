#include "model/event_plain.h"

#include "model/event_table.h"

#include <string.h>

struct cursor {
    const char *at, *end;
};

/* Bytes of the line. */
struct span {
    const char *start;
    size_t length;
};

static bool skip(struct cursor *in, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(in->end - in->at) < length || memcmp(in->at, text, length) != 0)
        return false;
    in->at += length;
    return true;
}

/* A table, because this is asked of every byte of a log. */
enum { PLAIN = 1, HEX_DIGIT = 2 };
static const unsigned char classes[256] = {
    [' ' ... '!'] = PLAIN, ['#' ... '/'] = PLAIN, ['0' ... '9'] = PLAIN | HEX_DIGIT,
    [':' ... '['] = PLAIN, [']' ... '`'] = PLAIN, ['a' ... 'f'] = PLAIN | HEX_DIGIT,
    ['g' ... '~'] = PLAIN,
};

static bool take_string(struct cursor *in, struct span *out)
{
    if (!skip(in, "\""))
        return false;
    out->start = in->at;
    while (in->at < in->end && (classes[(unsigned char)*in->at] & PLAIN))
        in->at++;
    out->length = (size_t)(in->at - out->start);
    return skip(in, "\"");
}

static bool is_text(const struct span *span, const char *text)
{
    return strlen(text) == span->length && memcmp(text, span->start, span->length) == 0;
}

static bool is_digit(const struct cursor *in)
{
    return in->at < in->end && *in->at >= '0' && *in->at <= '9';
}

/* As JSON writes an integer, with at most the 16 digits of EVENT__NUMBER_MAX. What follows
 * it is the caller's to see: a point, an exponent or one more digit is no comma. */
static bool take_number(struct cursor *in, int64_t *out)
{
    enum { DIGITS_MAX = 16 };
    bool is_negative = skip(in, "-");
    const char *first = in->at;
    int64_t value = 0;
    for (; is_digit(in) && in->at - first < DIGITS_MAX; in->at++)
        value = value * 10 + (*in->at - '0');
    bool has_leading_zero = first < in->end && *first == '0';
    *out = is_negative ? -value : value;
    return in->at > first && value <= EVENT__NUMBER_MAX &&
           (!has_leading_zero || in->at - first == 1);
}

static char *copy(const struct span *span)
{
    char *text = pod_alloc(span->length + 1, 1);
    memcpy(text, span->start, span->length);
    return text;
}

static bool take_text(struct cursor *in, char **out)
{
    struct span span;
    if (!take_string(in, &span) || span.length > EVENT_TEXT_MAX)
        return false;
    *out = copy(&span);
    return true;
}

static bool take_hex(struct cursor *in, struct span *out)
{
    if (!take_string(in, out) || out->length != POD_DIGEST_HEX - 1)
        return false;
    unsigned char common = HEX_DIGIT;
    for (size_t i = 0; i < out->length; i++)
        common &= classes[(unsigned char)out->start[i]];
    return common == HEX_DIGIT;
}

static bool take_instant(struct cursor *in, pod_instant_ms *out)
{
    char text[POD_INSTANT_TEXT];
    struct span span;
    struct pod_error unsaid = POD_ERROR_INIT; /* the long way says it */
    if (!take_string(in, &span) || span.length >= sizeof text)
        return false;
    memcpy(text, span.start, span.length);
    text[span.length] = '\0';
    return pod_instant_parse(text, out, &unsaid);
}

static bool take_item(struct cursor *in, enum event_value_kind kind,
                      struct event_value *out)
{
    char *text = NULL;
    if (kind == VALUE_NUMBERS)
        return take_number(in, &out->numbers[out->number_count++]);
    if (!take_text(in, &text))
        return false;
    pod_names_add_take(&out->texts, text);
    return true;
}

static bool take_list(struct cursor *in, enum event_value_kind kind,
                      struct event_value *out)
{
    if (!skip(in, "["))
        return false;
    if (kind == VALUE_NUMBERS)
        out->numbers = pod_alloc(EVENT_LIST_MAX, sizeof *out->numbers);
    if (skip(in, "]"))
        return true;
    for (size_t i = 0; i < EVENT_LIST_MAX; i++) {
        if (!take_item(in, kind, out))
            return false;
        if (skip(in, "]"))
            return true;
        if (!skip(in, ","))
            return false;
    }
    return false;
}

static bool take_value(struct cursor *in, enum event_value_kind kind,
                       struct event_value *out)
{
    struct span span;
    switch (kind) {
    case VALUE_TEXT:
        return take_text(in, &out->text);
    case VALUE_HEX:
        if (!take_hex(in, &span))
            return false;
        out->text = copy(&span);
        return true;
    case VALUE_NUMBER:
        return take_number(in, &out->number);
    case VALUE_INSTANT:
        return take_instant(in, &out->number);
    case VALUE_TEXTS:
    case VALUE_NUMBERS:
        return take_list(in, kind, out);
    }
    return false;
}

static bool take_kind(struct cursor *in, enum event_kind *out)
{
    struct span span;
    if (!take_string(in, &span))
        return false;
    for (int i = 0; i < EVENT_KIND_COUNT; i++)
        if (is_text(&span, event__kinds[i].text)) {
            *out = (enum event_kind)i;
            return true;
        }
    return false;
}

static bool take_common(struct cursor *in, struct event *out)
{
    struct span prev;
    if (!skip(in, "{\"seq\":") || !take_number(in, &out->seq) || !skip(in, ",\"at\":") ||
        !take_instant(in, &out->at) || !skip(in, ",\"prev\":") || !take_hex(in, &prev) ||
        !skip(in, ",\"kind\":") || !take_kind(in, &out->kind))
        return false;
    memcpy(out->prev.hex, prev.start, prev.length);
    return true;
}

/* In their order, so none can come twice. */
static bool take_fields(struct cursor *in, struct event *out)
{
    int next = 0;
    while (skip(in, ",")) {
        struct span key;
        if (!take_string(in, &key) || !skip(in, ":"))
            return false;
        while (next < EVENT_FIELD_COUNT && !is_text(&key, event__fields[next].key))
            next++;
        if (next == EVENT_FIELD_COUNT ||
            !take_value(in, event__fields[next].kind, &out->values[next]))
            return false;
        out->has |= 1u << next++;
    }
    return skip(in, "}") && in->at == in->end;
}

bool event__read_plain(const char *text, size_t length, struct event *out)
{
    struct cursor in = {text, text + length};
    event_init(out, EVENT_OPENED);
    if (take_common(&in, out) && take_fields(&in, out))
        return true;
    event_release(out);
    event_init(out, EVENT_OPENED);
    return false;
}
