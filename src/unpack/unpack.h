/* unpack.h - an archive into the current folder, or a sentence why not.
 *
 * One bad member refuses the whole archive. Failure: POD_ENTRY for whatever is wrong with
 * it, POD_HOST for the rest. Then what is in the current folder means nothing.
 */
#ifndef UNPACK_UNPACK_H
#define UNPACK_UNPACK_H

#include "base/error.h"

#include <stdint.h>

enum {
    /* Text and weights pack 2 to 30 times, zeros a thousand times and more. */
    UNPACK_RATIO = 100,
    /* What may be unpacked beyond that ratio: a file of zeros may be meant. It is also what
     * a bomb can make us use, twice: its bytes, and the window that they came from. */
    UNPACK_SLACK = 16 << 20,
};

struct unpack_caps {
    uint64_t bytes; /* by size, so that holes count */
    uint64_t files; /* files and folders */
    unsigned depth; /* parts of a path */
};

/* fd is a regular file. */
bool unpack_archive(int fd, const struct unpack_caps *caps, struct pod_error *err);

#endif
