/* scratch.h - a private folder on this node for one job, and a number that no other job of
 * podium on the node has.
 *
 * The folder is TMPDIR/podium-work-XXXXXX (or below /tmp), locked while its owner lives:
 * scratch_open removes those of this user that nobody holds any more. The number is a name
 * in the abstract socket namespace: it needs no file and ends with its owner, also by
 * SIGKILL, and is not private to a job as its /tmp may be.
 */
#ifndef ENGINE_SCRATCH_H
#define ENGINE_SCRATCH_H

#include "base/error.h"

enum { SCRATCH_SLOTS = 1024 };

struct scratch {
    char *folder; /* absolute, empty, for this user alone */
    int lock_fd;
    unsigned slot; /* from 0, below SCRATCH_SLOTS */
    int slot_fd;
};

/* POD_HOST on failure; scratch_close also then. */
bool scratch_open(struct scratch *scratch, struct pod_error *err);

/* Removes the folder. */
void scratch_close(struct scratch *scratch);

#endif
