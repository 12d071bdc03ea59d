#include "normal.h"

#include "buf.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    BARE = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK |
           UTF8PROC_IGNORE,
};

/* NULL for what is not UTF-8. The caller frees. */
static char *map(const char *text, int options)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text, 0, &out,
                     (utf8proc_option_t)(options | UTF8PROC_NULLTERM));
    if (length == UTF8PROC_ERROR_NOMEM)
        pod_out_of_memory();
    return length < 0 ? NULL : (char *)out;
}

static char *map_or_copy(const char *text, int options)
{
    char *mapped = map(text, options);
    return mapped ? mapped : pod_strdup(text);
}

bool pod_text_is_nfc(const char *text)
{
    pod_auto_free char *composed = map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    return composed && strcmp(composed, text) == 0;
}

char *pod_text_bare(const char *text)
{
    return map_or_copy(text, BARE);
}

char *pod_text_folded(const char *text)
{
    return map_or_copy(text, BARE | UTF8PROC_CASEFOLD);
}

bool pod_point_is_filler(uint32_t point)
{
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return true;
    default:
        return false;
    }
}
