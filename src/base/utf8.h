/* utf8.h - one character of UTF-8 at a time, strictly (RFC 3629), and whether it shows.
 *
 * Plain functions of their arguments: nothing is owned, and what is not valid is told by a
 * length of 0.
 */
#ifndef POD_UTF8_H
#define POD_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the first character, 1 to 4, and the character in *point. 0 when the bytes do
 * not start with a valid one: overlong, surrogate, above U+10FFFF, cut, or length is 0. */
size_t pod_utf8_next(const char *bytes, size_t length, uint32_t *point);

/* What a character may do to the line that it stands in. */
enum pod_utf8_kind {
    POD_UTF8_SHOWN,     /* nothing: it shows, or it is a space */
    POD_UTF8_CONTROL,   /* Cc, newline too, and the separators U+2028 and U+2029 */
    POD_UTF8_DIRECTION, /* Bidi_Control: a mark, override or isolate of text direction */
    POD_UTF8_INVISIBLE, /* default-ignorable or without ink: zero width, tags, fillers */
};

enum pod_utf8_kind pod_utf8_kind(uint32_t point);

#endif
