#include "model/name.h"

#include "base/buf.h"
#include "base/normal.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* NULL for a character that may be in a name. */
static const char *refusal(uint32_t point)
{
    static const char *const texts[] = {
        [POD_UTF8_SHOWN] = NULL,
        [POD_UTF8_CONTROL] = "holds a control character",
        [POD_UTF8_DIRECTION] = "holds a character that turns the direction of text",
        [POD_UTF8_INVISIBLE] = "holds an invisible character",
    };
    return texts[pod_utf8_kind(point)];
}

/* Zs */
static bool is_space(uint32_t point)
{
    return point == 0x20 || point == 0xa0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x202f || point == 0x205f ||
           point == 0x3000;
}

static const char *text_fault(const char *text, size_t *characters)
{
    size_t length = strlen(text);
    *characters = 0;
    for (size_t at = 0, size = 0; at < length; at += size, (*characters)++) {
        uint32_t point = 0;
        size = pod_utf8_next(text + at, length - at, &point);
        if (size == 0)
            return "is not valid UTF-8";
        const char *why = refusal(point);
        if (why)
            return why;
        bool is_edge = at == 0 || at + size == length;
        if (is_edge && is_space(point))
            return "starts or ends with a space";
    }
    if (!pod_text_is_nfc(text))
        return "is not in Unicode normal form C";
    return NULL;
}

static bool fail(const char *text, const char *where, const char *why, enum pod_fault fault,
                 struct pod_error *err)
{
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, fault, "%s: \"%s\" %s", where, shown, why);
}

bool name_check(const char *text, size_t max, const char *where, enum pod_fault fault,
                struct pod_error *err)
{
    size_t characters = 0;
    const char *why = text_fault(text, &characters);
    if (why)
        return fail(text, where, why, fault, err);
    if (characters >= 1 && characters <= max)
        return true;
    return pod_fail(err, fault, "%s: expected 1 to %zu characters, found %zu", where, max,
                    characters);
}

bool name_check_id(const char *text, const char *where, enum pod_fault fault,
                   struct pod_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    size_t length = strlen(text);
    if (length >= 1 && length <= NAME_ID_MAX && strspn(text, letters) > 0 &&
        strspn(text, rest) == length)
        return true;
    return fail(text, where,
                "is no identifier: 1 to 36 of a-z 0-9 _ . -, a letter or digit "
                "first",
                fault, err);
}

bool name_check_hex(const char *text, const char *where, enum pod_fault fault,
                    struct pod_error *err)
{
    if (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64)
        return true;
    return fail(text, where, "is not 64 lower-case hex digits", fault, err);
}

bool name_check_url(const char *text, const char *where, enum pod_fault fault,
                    struct pod_error *err)
{
    bool is_web = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
    for (const char *at = text; is_web && *at; at++)
        is_web = *at > 0x20 && *at < 0x7f && !strchr("\"'<>\\`{|}", *at);
    return is_web ||
           fail(text, where, "is no http or https address in plain ASCII", fault, err);
}
