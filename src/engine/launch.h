/* launch.h - one case of one entry in the sandbox, and what it left into the run directory.
 *
 * The run directory is the interface between the stages: launch_case reads STAGED (what the
 * build left) and the case's in/, and writes RUN/log and RUN/out/, which the scorer reads.
 * What the entry did is in the case_result; false means that the harness failed, which is
 * never charged to the entry.
 */
#ifndef ENGINE_LAUNCH_H
#define ENGINE_LAUNCH_H

#include "cases.h"
#include "guest.h"
#include "model/entry.h"
#include "model/result.h"
#include "place.h"

/* One case to run, and where. All borrowed. */
struct launch_job {
    const struct place *place;
    const struct guest_options *options;
    const struct case_set *set;
    const struct one_case *one;
    const char *staged; /* folder that the entry runs in */
    const char *run;    /* the case's run directory, existing and empty */
};

/* The case's folders, for the mounts of a guest, which borrows them. */
struct launch_folders {
    char *input, *reference;
    struct guest_kits kits;
};

void launch_folders_init(struct launch_folders *folders, const struct launch_job *job);
void launch_folders_release(struct launch_folders *folders);

/* What every entry gets for a case: environment, folders, limits. */
void launch_bind(struct guest *guest, const struct launch_job *job,
                 const struct launch_folders *folders);

/* The guest is stopped at limit_stops of its limits; messages speak of the task's own,
 * which are returned. */
struct sb_limits launch_stop_late(struct guest *guest);

/* Runs the command, which is stopped at limit_stops of the task's limits, and collects.
 * result->verdict is OK when there is output to score, though its times may be over the
 * limits; otherwise result->message says why not, for the participant. */
bool launch_case(const struct launch_job *job, const struct pod_names *command,
                 struct case_result *result, struct pod_error *err);

#endif
