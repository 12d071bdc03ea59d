/* reader.h - the members of an archive, one after another. The only file that knows
 * libarchive.
 *
 * A tar (ustar, pax, GNU), plain or in one layer of gzip, bzip2, xz or zstd, or a zip
 * (stored, deflate). Calling sequence: reader_new, then reader_next until it says the end,
 * reader_read after each member that has bytes until there are no more, reader_finish,
 * reader_free. Failure: POD_ENTRY for whatever is wrong with the archive, POD_HOST if the
 * descriptor cannot be read. Messages may hold raw bytes of the archive.
 */
#ifndef UNPACK_READER_H
#define UNPACK_READER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct reader;

struct reader_member {
    const char *path;    /* as the archive says it, valid until the next call */
    const char *refusal; /* "is a symbolic link"; NULL for a plain file or folder */
    uint64_t bytes;      /* as the archive declares it, holes included */
    bool is_folder;
    bool is_executable;
};

/* Some bytes of the member. Between two pieces there may be a hole. */
struct reader_piece {
    const void *bytes;
    size_t length; /* 0: no more */
    uint64_t offset;
};

/* fd is a regular file, borrowed until reader_free; it is read from its start. */
struct reader *reader_new(int fd, struct pod_error *err);
void reader_free(struct reader *reader);

/* A zip has a table of its members, so that all of them are known before any is unpacked.
 */
bool reader_is_zip(const struct reader *reader);

uint64_t reader_file_bytes(const struct reader *reader);

/* How many of them a tar has used so far. */
uint64_t reader_used_bytes(const struct reader *reader);

bool reader_next(struct reader *reader, struct reader_member *member, bool *is_end,
                 struct pod_error *err);
bool reader_read(struct reader *reader, struct reader_piece *piece, struct pod_error *err);

/* After the end: the archive is whole and nothing follows it. */
bool reader_finish(struct reader *reader, struct pod_error *err);

#endif
