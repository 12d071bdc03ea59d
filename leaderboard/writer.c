#include "writer.h"

#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 65536, INDENT = 2 };

/* Room for so many bytes more. */
static char *reserve(struct board__writer *writer, size_t more)
{
    size_t need = writer->length + more;
    if (need > writer->room) {
        size_t room = writer->room > 0 ? writer->room : ROOM_MIN;
        while (room < need)
            room *= 2;
        char *text = realloc(writer->text, room);
        if (text == NULL) {
            (void)fputs("cannot write the board: out of memory\n", stderr);
            abort();
        }
        writer->text = text;
        writer->room = room;
    }
    return writer->text + writer->length;
}

static void put(struct board__writer *writer, const char *bytes, size_t length)
{
    memcpy(reserve(writer, length), bytes, length);
    writer->length += length;
}

static void put_text(struct board__writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

static void put_line(struct board__writer *writer)
{
    size_t blanks = (size_t)writer->depth * INDENT;
    char *at = reserve(writer, blanks + 1);
    at[0] = '\n';
    memset(at + 1, ' ', blanks);
    writer->length += blanks + 1;
}

/* What stands before a value. */
static void start_value(struct board__writer *writer, const char *key)
{
    if (writer->has_items)
        put(writer, ",", 1);
    if (writer->depth > 0)
        put_line(writer);
    writer->has_items = true;
    if (key == NULL)
        return;
    put(writer, "\"", 1);
    put_text(writer, key);
    put(writer, "\": ", 3);
}

static void open_list(struct board__writer *writer, const char *key, const char *bracket)
{
    start_value(writer, key);
    put(writer, bracket, 1);
    writer->depth++;
    writer->has_items = false;
}

static void close_list(struct board__writer *writer, const char *bracket)
{
    writer->depth--;
    if (writer->has_items)
        put_line(writer);
    put(writer, bracket, 1);
    writer->has_items = true;
}

void board__open_object(struct board__writer *writer, const char *key)
{
    open_list(writer, key, "{");
}

void board__close_object(struct board__writer *writer)
{
    close_list(writer, "}");
}

void board__open_array(struct board__writer *writer, const char *key)
{
    open_list(writer, key, "[");
}

void board__close_array(struct board__writer *writer)
{
    close_list(writer, "]");
}

/* RFC 8259, section 7: only these must be escaped. */
static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void put_escape(struct board__writer *writer, char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = strchr(named, c);
    char text[8];
    int length = found != NULL
                     ? snprintf(text, sizeof text, "\\%c", names[found - named])
                     : snprintf(text, sizeof text, "\\u%04X", (unsigned)(unsigned char)c);
    put(writer, text, length > 0 ? (size_t)length : 0);
}

void board__write_string(struct board__writer *writer, const char *key, const char *text)
{
    start_value(writer, key);
    put(writer, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while (is_plain(text[plain]))
            plain++;
        put(writer, text, plain);
        text += plain;
        if (*text != '\0')
            put_escape(writer, *text++);
    }
    put(writer, "\"", 1);
}

void board__write_escaped(struct board__writer *writer, const char *key, const char *text,
                          bool has_lines)
{
    board__auto_free char *escaped = board__escaped(text, has_lines);
    board__write_string(writer, key, escaped);
}

void board__write_integer(struct board__writer *writer, const char *key, int64_t value)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%" PRId64, value);
    start_value(writer, key);
    put(writer, text, length > 0 ? (size_t)length : 0);
}

/* "1e+20" as "1e20", "1e-07" as "1e-7": no sign and no zeros that say nothing. */
static void shorten_exponent(char *text)
{
    char *digits = strchr(text, 'e');
    if (digits == NULL)
        return;
    char *from = ++digits;
    if (*from == '-')
        digits++;
    if (*from == '-' || *from == '+')
        from++;
    while (*from == '0' && from[1] != '\0')
        from++;
    memmove(digits, from, strlen(from) + 1);
}

/* 17 digits give the number back exactly, and a real has a point or an exponent. */
void board__write_real(struct board__writer *writer, const char *key, double value)
{
    char text[32];
    if (!isfinite(value)) {
        (void)fprintf(stderr, "cannot write \"%s\" of the board: it is no number\n", key);
        abort();
    }
    int length = snprintf(text, sizeof text, "%.17g", value);
    /* The locale's decimal mark, should it be another byte. */
    size_t mark = strspn(text, "-0123456789");
    if (text[mark] != '\0' && text[mark] != 'e')
        text[mark] = '.';
    shorten_exponent(text);
    start_value(writer, key);
    put_text(writer, text);
    if (length > 0 && text[mark] == '\0')
        put(writer, ".0", 2);
}

void board__write_bool(struct board__writer *writer, const char *key, bool value)
{
    start_value(writer, key);
    put_text(writer, value ? "true" : "false");
}

char *board__writer_take(struct board__writer *writer)
{
    put(writer, "\n", 2);
    char *text = writer->text;
    *writer = (struct board__writer){.text = NULL};
    return text;
}
