/* stage.h - the probes in a folder that any user may read, and traces that a run left. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <sys/types.h>

/* Copies sources and built probes to a new folder below /tmp; false with a message. */
bool stage_make(const char *sources, const char *programs, char path[64]);

void stage_remove(const char *path); /* a folder with all in it */

/* Processes of uid other than this one (with that name, unless name is NULL). */
int stage_survivors(uid_t uid, const char *name);

int stage_mounts(void);        /* how many this process sees */
int stage_stale_cgroups(void); /* left by a supervisor that is gone */

#endif
