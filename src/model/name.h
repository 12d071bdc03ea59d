/* name.h - which names may be shown to people and which may be part of a path.
 *
 * Names come from entries and end on terminals, in HTML and in CSV. What deceives a reader
 * is refused at the door: control characters, bidirectional overrides, zero width.
 * Escaping for the output's format is still the writer's job.
 */
#ifndef MODEL_NAME_H
#define MODEL_NAME_H

#include "base/error.h"

#include <stddef.h>

enum {
    NAME_ID_MAX = 36, /* CLICS: identifiers of at most 36 characters */
    NAME_ENTRY_MAX = 64,
    NAME_TEAM_MAX = 100,
};

/* Is text fit to be shown in one line? Valid UTF-8, 1 to max characters (code points), no
 * control, no mark, override or isolate of direction (U+202A-202E, U+2066-2069, U+200E,
 * U+200F, U+061C), nothing of zero width or invisible (U+200B-200D, U+2060, U+FEFF and the
 * like), no line separator, no leading or trailing space, and in normal form C, so that
 * what looks the same is the same. where stands before the message: "entry.json: .name". */
bool name_check(const char *text, size_t max, const char *where, enum pod_fault fault,
                struct pod_error *err);

/* May it be a file name, a key and a CLICS identifier? 1 to 36 of [a-z0-9_.-], starting
 * with a letter or digit. */
bool name_check_id(const char *text, const char *where, enum pod_fault fault,
                   struct pod_error *err);

/* 64 lower-case hex digits: a seed, a digest or a commitment. */
bool name_check_hex(const char *text, const char *where, enum pod_fault fault,
                    struct pod_error *err);

/* A web address that a board may link to: http or https, printable ASCII, no quotes, angle
 * brackets, braces, backslash, backquote, bar or space; so no javascript: and no way out of
 * an attribute. */
bool name_check_url(const char *text, const char *where, enum pod_fault fault,
                    struct pod_error *err);

#endif
