#include "utf8.h"

struct form {
    unsigned char mask, lead;
    unsigned length;
    uint32_t least; /* anything smaller has a shorter form */
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct form *form_of(unsigned char lead)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if ((lead & forms[i].mask) == forms[i].lead)
            return &forms[i];
    return NULL;
}

size_t pod_utf8_next(const char *bytes, size_t length, uint32_t *point)
{
    if (length == 0)
        return 0;
    const unsigned char *u = (const unsigned char *)bytes;
    const struct form *form = form_of(u[0]);
    if (!form || form->length > length)
        return 0;
    uint32_t value = u[0] & (unsigned char)~form->mask;
    for (unsigned i = 1; i < form->length; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (u[i] & 0x3f);
    }
    if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *point = value;
    return form->length;
}

/* Unicode 15: Cc, Zl, Zp, Bidi_Control and what is default-ignorable or has no ink, but the
 * variation selectors that emoji need. In order. Of the controls U+009B is the one to fear:
 * a terminal may take it for the start of an escape sequence. */
static const struct range {
    uint32_t first, last;
    enum pod_utf8_kind kind;
} ranges[] = {
    {0x0000, 0x001f, POD_UTF8_CONTROL},     {0x007f, 0x009f, POD_UTF8_CONTROL},
    {0x00ad, 0x00ad, POD_UTF8_INVISIBLE},   {0x034f, 0x034f, POD_UTF8_INVISIBLE},
    {0x061c, 0x061c, POD_UTF8_DIRECTION},   {0x115f, 0x1160, POD_UTF8_INVISIBLE},
    {0x17b4, 0x17b5, POD_UTF8_INVISIBLE},   {0x180b, 0x180f, POD_UTF8_INVISIBLE},
    {0x200b, 0x200d, POD_UTF8_INVISIBLE},   {0x200e, 0x200f, POD_UTF8_DIRECTION},
    {0x2028, 0x2029, POD_UTF8_CONTROL},     {0x202a, 0x202e, POD_UTF8_DIRECTION},
    {0x2060, 0x2065, POD_UTF8_INVISIBLE},   {0x2066, 0x2069, POD_UTF8_DIRECTION},
    {0x206a, 0x206f, POD_UTF8_INVISIBLE},   {0x2800, 0x2800, POD_UTF8_INVISIBLE},
    {0x3164, 0x3164, POD_UTF8_INVISIBLE},   {0xfeff, 0xfeff, POD_UTF8_INVISIBLE},
    {0xffa0, 0xffa0, POD_UTF8_INVISIBLE},   {0xfff0, 0xfffb, POD_UTF8_INVISIBLE},
    {0x1bca0, 0x1bca3, POD_UTF8_INVISIBLE}, {0x1d173, 0x1d17a, POD_UTF8_INVISIBLE},
    {0xe0000, 0xe0fff, POD_UTF8_INVISIBLE},
};

enum pod_utf8_kind pod_utf8_kind(uint32_t point)
{
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point <= ranges[i].last)
            return point >= ranges[i].first ? ranges[i].kind : POD_UTF8_SHOWN;
    return POD_UTF8_SHOWN;
}
