/* unpack.h - an entry's folder into the run directory, copied and known by its digest.
 *
 * Everything after this works on the copy, so a folder that changes meanwhile cannot make
 * the record say one thing and the run do another. A malformed entry is POD_ENTRY.
 */
#ifndef ENGINE_UNPACK_H
#define ENGINE_UNPACK_H

#include "base/crypto.h"
#include "model/entry.h"
#include "place.h"

struct unpacked {
    struct entry entry;
    struct pod_digest digest; /* of the copied tree */
    char *run;                /* run directory of this entry */
    char *folder;             /* the copy: RUN/entry */
};

bool unpack_entry(struct unpacked *unpacked, const struct place *place, const char *source,
                  struct pod_error *err);

/* What an entry may be, and its manifest: for whoever unpacks elsewhere. Messages name the
 * file as the participant knows it. */
struct pod_tree_caps unpack_caps(const struct place *place);
bool unpack_manifest(const char *folder, struct entry *entry, struct pod_error *err);

/* Loads the manifest of a body that intake settled, after working out again that it is what
 * was received: POD_HOST when the files were changed. unpacked has digest, folder and run.
 */
bool unpacked_load(struct unpacked *unpacked, struct pod_error *err);

void unpacked_release(struct unpacked *unpacked);

#endif
