/* member.h - which members of an archive are taken, and under which path.
 *
 * Plain functions of their arguments; nothing is read or written.
 */
#ifndef UNPACK_MEMBER_H
#define UNPACK_MEMBER_H

#include "base/error.h"

enum {
    MEMBER_PATH_MAX = 1024, /* bytes */
    MEMBER_PART_MAX = 255,  /* what Linux file systems take */
};

/* Writes to path the member's path without "./" before and "/" behind it; "" is the top
 * folder itself. NULL when it is fine. Otherwise why it is refused: absolute, "..", an
 * empty part, a backslash, not UTF-8, a control or invisible character or one that turns
 * the direction of text, too long, more than depth parts. text may be NULL: it could not be
 * had as UTF-8. */
const char *member_path(const char *text, unsigned depth, char path[MEMBER_PATH_MAX + 1]);

#endif
