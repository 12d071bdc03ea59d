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

/* NULL when text is fit to be shown in one line: valid UTF-8, 1 to max characters (code
 * points), no control, no bidi override or isolate (U+202A-202E, U+2066-2069, and the marks
 * U+200E, U+200F, U+061C), no zero width (U+200B-200D, U+2060, U+FEFF and other
 * invisibles), no line or paragraph separator, no leading or trailing space. Otherwise what
 * is wrong, as the end of a message: "holds a control character". */
const char *name_fault(const char *text, size_t max);

/* May be a file name, a key and a CLICS identifier: 1 to 36 of [a-z0-9_.-], starting with a
 * letter or digit. NULL or what is wrong. */
const char *name_id_fault(const char *text);

#endif
