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
