#include "model/name.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char control[] = "holds a control character";
static const char direction[] = "holds a character that turns the direction of text";
static const char invisible[] = "holds an invisible character";

/* Unicode 15: Cc, Bidi_Control, Zl, Zp and what is default-ignorable or has no ink, but the
 * variation selectors that emoji need. */
static const struct refused {
    uint32_t first, last;
    const char *why;
} refused[] = {
    {0x0000, 0x001f, control},   {0x007f, 0x009f, control},   {0x00ad, 0x00ad, invisible},
    {0x034f, 0x034f, invisible}, {0x061c, 0x061c, direction}, {0x115f, 0x1160, invisible},
    {0x17b4, 0x17b5, invisible}, {0x180b, 0x180f, invisible}, {0x200b, 0x200d, invisible},
    {0x200e, 0x200f, direction}, {0x2028, 0x2029, control},   {0x202a, 0x202e, direction},
    {0x2060, 0x2065, invisible}, {0x2066, 0x2069, direction}, {0x206a, 0x206f, invisible},
    {0x2800, 0x2800, invisible}, {0x3164, 0x3164, invisible}, {0xfeff, 0xfeff, invisible},
    {0xffa0, 0xffa0, invisible}, {0xfff0, 0xfffb, invisible}, {0xe0000, 0xe0fff, invisible},
};

static const char *refusal(uint32_t point)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (point >= refused[i].first && point <= refused[i].last)
            return refused[i].why;
    return NULL;
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
