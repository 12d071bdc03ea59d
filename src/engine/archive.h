/* archive.h - an entry's archive into a folder, by the unpacker in the sandbox.
 *
 * An archive is hostile bytes and so are read where an entry would run: libarchive has an
 * empty folder to write to, and nothing else. Nothing out here looks into the archive; what
 * the unpacker left is collected like any output, regular files and folders only.
 *
 * Taken are tar (ustar, pax, GNU), plain or in one layer of gzip, bzip2, xz or zstd, and
 * zip (stored, deflate). entry.json is at the top or in the only folder at the top, which
 * then is the entry. One bad member refuses the archive; see podium-entry(5).
 */
#ifndef ENGINE_ARCHIVE_H
#define ENGINE_ARCHIVE_H

#include "guest.h"
#include "place.h"

#include <stdint.h>

struct archive_job {
    const struct place *place;
    const struct guest_options *options;
    const char *source; /* a regular file, and no link */
    const char *dest;   /* folder that is made; its own folder is there */
};

/* What the unpacker took; its memory counts the files it wrote. */
struct archive_cost {
    uint64_t peak_memory_bytes;
    uint64_t cpu_ns;
    uint64_t wall_ns;
};

/* POD_ENTRY: refused, in one line that names the member and the reason, or the limit that
 * the archive hit; the caller puts the archive's name before it. POD_USAGE: source is not
 * there. POD_HOST: the rest, a full disk for one. Then dest is not there. cost may be NULL;
 * it is filled whenever the unpacker ran. */
bool archive_unpack(const struct archive_job *job, struct archive_cost *cost,
                    struct pod_error *err);

#endif
