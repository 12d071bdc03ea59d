/* fetch_part.h - the unfinished file of a fetch, and what it is resumed by.
 *
 * Only for fetch.c. Calling sequence: part_open, part_restart or part_append, part_settle
 * when it is whole, part_close in any case. DEST.part.json names URL, validator and how
 * many bytes of DEST.part are surely on the disk; it is written anew every 16 MiB, so that
 * neither a kill nor a power cut leads to bytes that were never received. Failure is
 * POD_HOST.
 */
#ifndef ENGINE_FETCH_PART_H
#define ENGINE_FETCH_PART_H

#include "base/error.h"

#include <stdint.h>

struct part {
    char *dest;
    char *path; /* DEST.part */
    char *note; /* DEST.part.json */
    char *url;
    int fd;
    uint64_t bytes;
    uint64_t noted_bytes; /* as the note has it */
    char validator[256];  /* for If-Range; "": it cannot be resumed */
};

/* Takes up what an earlier call left of the same URL, if that is within cap_bytes. */
bool part_open(struct part *part, const char *dest, const char *url, uint64_t cap_bytes,
               struct pod_error *err);

/* Empty again; what comes now is known by validator. */
bool part_restart(struct part *part, const char *validator, struct pod_error *err);

bool part_append(struct part *part, const void *bytes, uint64_t length,
                 struct pod_error *err);

bool part_is_resumable(const struct part *part);

/* Synced, and renamed to dest. */
bool part_settle(struct part *part, struct pod_error *err);

/* is_kept: for a later call to go on with. Otherwise nothing stays but a settled dest. */
void part_close(struct part *part, bool is_kept);

#endif
