/* src_fixture.h - a folder of one's own, and documents with one thing changed. */
#ifndef SRC_FIXTURE_H
#define SRC_FIXTURE_H

#include "base/error.h"

#include <stddef.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A fresh folder below TMPDIR that is the current one afterwards; the caller frees. The
 * path is absolute. */
char *fixture_enter(void);

/* Leave it, remove it, free the path. */
void fixture_leave_take(char *folder);

/* Write text to a file, making the folders on the way. */
void fixture_write(const char *path, const char *text);

/* The JSON text base with the value at path ("limits.cpu_s", "tracks.0.id") replaced, or
 * removed when value is NULL. "" is the whole document. The caller frees. */
char *fixture_patch(const char *base, const char *path, const char *value);

/* One thing changed, and what must be said about it. */
struct fixture_case {
    const char *path;
    const char *value;
    const char *message; /* exactly */
};

#endif
