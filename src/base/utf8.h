/* utf8.h - one character of UTF-8 at a time, strictly (RFC 3629). */
#ifndef POD_UTF8_H
#define POD_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the first character, 1 to 4, and the character in *point. 0 when the bytes do
 * not start with a valid one: overlong, surrogate, above U+10FFFF, cut, or length is 0. */
size_t pod_utf8_next(const char *bytes, size_t length, uint32_t *point);

#endif
