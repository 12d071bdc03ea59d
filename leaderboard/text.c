#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *board__alloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        (void)fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

char *board__strf(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0) {
        (void)fputs("out of memory\n", stderr);
        abort();
    }
    return text;
}

void board__cleanup_free(void *pointer)
{
    char **text = pointer;
    free(*text);
}

struct range {
    uint32_t first, last;
};

/* Unicode's controls, its characters that reorder or hide text, tags, and the two
 * noncharacters that no XML may hold. */
static const struct range unsafe[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad}, {0x034f, 0x034f},
    {0x061c, 0x061c},   {0x115f, 0x1160},   {0x17b4, 0x17b5}, {0x180b, 0x180f},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0xfffe, 0xffff},
};

/* Combining marks of the common scripts and variation selectors. */
static const struct range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},
    {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

/* East Asian Width W and F of UAX #11, in coarse blocks. */
static const struct range double_width[] = {
    {0x1100, 0x115e},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool is_within(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    }
    return false;
}

#define IS_WITHIN(point, ranges)                                                           \
    is_within(point, ranges, sizeof(ranges) / sizeof(ranges)[0])

/* Length of the UTF-8 sequence at bytes (RFC 3629: no overlong form, no surrogate, at most
 * U+10FFFF), 0 where there is none. The NUL that ends the text ends every sequence. */
static size_t decode(const unsigned char *bytes, uint32_t *point)
{
    if (bytes[0] < 0x80) {
        *point = bytes[0];
        return 1;
    }
    size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
        return 0;
    uint32_t value = bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *point = value;
    return length;
}

/* The longest escape of one byte: "\x0a" for a newline. Longer escapes stand for longer
 * sequences. */
enum { ESCAPE_MAX = 4 };

static size_t escape_point(char *out, size_t room, uint32_t point)
{
    char kind = point < 0x80 ? 'x' : point < 0x10000 ? 'u' : 'U';
    int digits = point < 0x80 ? 2 : point < 0x10000 ? 4 : 8;
    int written = snprintf(out, room, "\\%c%0*x", kind, digits, (unsigned)point);
    return written < 0 ? 0 : (size_t)written;
}

/* A byte of no character: "\xff". Never more than 0xff, so two digits do. */
static size_t escape_byte(char *out, size_t room, unsigned char byte)
{
    int written = snprintf(out, room, "\\x%02x", byte);
    return written < 0 ? 0 : (size_t)written;
}

char *board__escaped(const char *text, bool has_lines)
{
    const unsigned char *in = (const unsigned char *)(text != NULL ? text : "");
    size_t room = strlen((const char *)in) * ESCAPE_MAX + 1;
    char *out = board__alloc(room, 1);
    size_t used = 0;
    while (*in != '\0') {
        if (*in >= ' ' && *in <= '~') { /* most of it */
            out[used++] = (char)*in++;
            continue;
        }
        uint32_t point = 0;
        size_t length = decode(in, &point);
        if (length == 0) {
            used += escape_byte(out + used, room - used, *in);
            length = 1;
        } else if (IS_WITHIN(point, unsafe) && !(has_lines && point == '\n')) {
            used += escape_point(out + used, room - used, point);
        } else {
            memcpy(out + used, in, length);
            used += length;
        }
        in += length;
    }
    out[used] = '\0';
    return out;
}

static int point_width(uint32_t point)
{
    if (IS_WITHIN(point, zero_width))
        return 0;
    return IS_WITHIN(point, double_width) ? 2 : 1;
}

/* Bytes of the longest start of text that takes at most width columns. */
static size_t fitting_bytes(const char *text, int width, int *used)
{
    const unsigned char *in = (const unsigned char *)text;
    size_t bytes = 0;
    *used = 0;
    while (in[bytes] != '\0') {
        uint32_t point = '?';
        size_t length = decode(in + bytes, &point);
        int columns = point_width(point);
        if (*used + columns > width)
            break;
        *used += columns;
        bytes += length > 0 ? length : 1;
    }
    return bytes;
}

int board__width(const char *text)
{
    int used = 0;
    (void)fitting_bytes(text, INT32_MAX / 2, &used);
    return used;
}

char *board__cut(const char *text, int width)
{
    int used = 0;
    if (board__width(text) <= width)
        return board__strf("%s", text);
    size_t bytes = fitting_bytes(text, width - 1, &used);
    return board__strf("%.*s…", (int)bytes, text);
}

/* The decimal mark of the locale may be a comma or several bytes: whatever stands between
 * the digits becomes one point. */
static void point_decimal(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        bool is_digit = (*in >= '0' && *in <= '9') || *in == '-';
        if (is_digit)
            *out++ = *in;
        else if (out == text || out[-1] != '.')
            *out++ = '.';
    }
    *out = '\0';
}

char *board__number(double value, int decimals)
{
    char *text = board__strf("%.*f", decimals, value);
    point_decimal(text);
    if (text[0] == '-' && strspn(text + 1, "0.") == strlen(text + 1))
        memmove(text, text + 1, strlen(text));
    return text;
}

/* Not by strtod, which would want the locale's decimal mark: digits make a whole number,
 * and one division by a power of ten, exact both, rounds once. */
double board__rounded(double value, int decimals)
{
    static const double exact_max = 9007199254740992.0; /* 2^53 */
    board__auto_free char *text = board__number(value, decimals);
    double digits = 0;
    double power = 1;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9')
            digits = digits * 10 + (*at - '0');
    }
    for (int i = 0; i < decimals; i++)
        power *= 10;
    if (digits >= exact_max)
        return value;
    return (text[0] == '-' ? -digits : digits) / power;
}

static char *with_unit(double value, int decimals, const char *unit)
{
    board__auto_free char *number = board__number(value, decimals);
    return board__strf("%s %s", number, unit);
}

char *board__duration(uint64_t ns)
{
    double seconds = (double)ns / 1e9;
    if (seconds < 0.9995)
        return with_unit(seconds * 1e3, 0, "ms");
    return with_unit(seconds, seconds < 99.995 ? 2 : 0, "s");
}

char *board__size(uint64_t bytes)
{
    double kib = (double)bytes / 1024;
    if (kib < 1023.5)
        return with_unit(kib, 0, "KiB");
    if (kib < 1023.95 * 1024)
        return with_unit(kib / 1024, 1, "MiB");
    return with_unit(kib / 1024 / 1024, 2, "GiB");
}
