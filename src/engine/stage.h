/* stage.h - build an entry in the sandbox: RUN/entry becomes RUN/staged.
 *
 * The build command works in a writable copy; what it leaves, regular files and folders,
 * is what the entry runs from, read-only. An entry without a build command is staged as it
 * is. RUN/build.log has what the build said.
 */
#ifndef ENGINE_STAGE_H
#define ENGINE_STAGE_H

#include "launch.h"
#include "unpack.h"

struct staged {
    char *folder;  /* what cases run in */
    char *problem; /* why the build failed, for the participant; NULL: it did not */
};

bool stage_entry(struct staged *staged, const struct place *place,
                 const struct unpacked *unpacked, const struct guest_options *options,
                 struct pod_error *err);
void staged_release(struct staged *staged);

#endif
