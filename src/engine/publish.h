/* publish.h - put a board where people read it: see what is there, then bring what differs.
 *
 * Theory of operation. The files of a board lie in a folder of their own, whose name is
 * made of their digests (bundle.h), so they never take the place of others, and whoever
 * reads an older board still finds its files. They are sent first, and each is read back
 * and compared. Then the manifest is replaced, on the condition that it still is the one
 * that was looked at: this is the moment at which the board is published. Copies of what
 * people open in a browser follow under names that never change, each on the same
 * condition, so that whoever is late does not put an older one beside a newer manifest; and
 * in the end the manifest is looked at again. So a publishing that is cut off anywhere
 * leaves the old board whole or the new one whole; run again, it brings what is missing.
 *
 * A board never takes the place of a newer one: a published manifest must be of this
 * competition and key, not later than ours, and its log must be the beginning of ours. Nor
 * does a board that is not final take the place of the final one.
 *
 * Calling sequence: publish_init, publish_add for each file of a target that has no
 * manifest, or publish_add_board, show the steps, publish_send, publish_release.
 */
#ifndef ENGINE_PUBLISH_H
#define ENGINE_PUBLISH_H

#include "depot.h"
#include "published.h"

enum { PUBLISH_STEPS_MAX = 2 * BUNDLE_FILES_MAX + 1 };

enum publish_change { PUBLISH_SAME, PUBLISH_NEW, PUBLISH_CHANGED };

struct publish_step {
    char *path;
    const void *bytes; /* borrowed */
    size_t length;
    bool is_fixed;   /* see depot_item */
    bool is_guarded; /* replaced only if it is still what was seen */
    enum publish_change change;
    struct depot_file seen;
};

struct publish {
    struct depot *depot; /* borrowed */
    struct publish_step steps[PUBLISH_STEPS_MAX];
    size_t count;
    bool is_refused; /* what is there may not be replaced, unless forced */
    char *reason;    /* of this very board, which is there by force already; or NULL */
};

void publish_init(struct publish *publish, struct depot *depot);
void publish_release(struct publish *publish);

struct publish_item {
    const char *path;
    const void *bytes; /* borrowed until publish_release */
    size_t length;
    bool is_fixed, is_guarded;
};

/* Looks at what is there; nothing is sent. */
bool publish_add(struct publish *publish, const struct publish_item *item,
                 struct pod_error *err);

/* All files of a board that was signed. is_forced: whatever is there is replaced; else
 * POD_USAGE when that is newer, final or of another history. */
bool publish_add_board(struct publish *publish, const struct published *ours,
                       bool is_forced, struct pod_error *err);

/* Steps that change something. */
size_t publish_due(const struct publish *publish);

/* In order; what was sent is read back and compared. POD_HOST also where somebody else
 * replaced the manifest by its end. */
bool publish_send(struct publish *publish, struct pod_error *err);

#endif
