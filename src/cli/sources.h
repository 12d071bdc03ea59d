/* sources.h - what podium intake is to take in, in the order in which it arrived.
 *
 * Calling sequence: sources_init, sources_add for each word, read items, sources_release.
 */
#ifndef CLI_SOURCES_H
#define CLI_SOURCES_H

#include "engine/intake.h"

struct sources {
    struct intake_item *items;
    size_t count;
    struct pod_names strings; /* what the items point to */
    struct manifest manifest;
    bool has_stamps; /* those of a received.json are wanted */
    bool is_now;     /* a received.json is passed over on purpose */
};

void sources_init(struct sources *sources);
void sources_release(struct sources *sources);

/* An entry's folder, an archive, or a folder of such. POD_USAGE when there is none, or when
 * a received.json is there and nobody said what to do with it. */
bool sources_add(struct sources *sources, const struct place *place, const char *path,
                 struct pod_error *err);

/* Every row of a manifest, to be fetched. A row with a stamp needs has_stamps. */
bool sources_add_manifest(struct sources *sources, const struct place *place,
                          const char *path, struct pod_error *err);

#endif
