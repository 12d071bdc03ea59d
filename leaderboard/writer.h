/* writer.h - JSON as text, written from its first byte to its last.
 *
 * A board of 600 teams has 100,000 values: a tree of them costs five times the text. The
 * bytes are those of jansson's json_dumps with JSON_INDENT(2) and JSON_REAL_PRECISION(17).
 *
 * Calling sequence: zeroed storage, open and close in pairs with the values between them,
 * board__writer_take. key is NULL in an array and at the root, and plain ASCII. Nothing
 * fails: running out of memory ends the program, and so does a number that JSON has not,
 * which no row holds.
 */
#ifndef BOARD_WRITER_H
#define BOARD_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct board__writer {
    char *text;
    size_t length, room;
    int depth;
    bool has_items; /* the innermost object or array that is open */
};

void board__open_object(struct board__writer *writer, const char *key);
void board__close_object(struct board__writer *writer);
void board__open_array(struct board__writer *writer, const char *key);
void board__close_array(struct board__writer *writer);

/* The text must be UTF-8; it is escaped as JSON wants it. */
void board__write_string(struct board__writer *writer, const char *key, const char *text);

/* Text from outside, made safe to show: see board__escaped. */
void board__write_escaped(struct board__writer *writer, const char *key, const char *text,
                          bool has_lines);

void board__write_integer(struct board__writer *writer, const char *key, int64_t value);
void board__write_real(struct board__writer *writer, const char *key, double value);
void board__write_bool(struct board__writer *writer, const char *key, bool value);

/* The text with a newline at its end; the caller frees. The writer is empty then. */
char *board__writer_take(struct board__writer *writer);

#endif
