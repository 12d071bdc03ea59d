/* competition.h - the rules of a competition: competition.json, checked.
 *
 * Calling sequence: `struct competition competition = COMPETITION_INIT;` competition_load,
 * use, competition_release (also after a failed load). The struct owns all that it points
 * to. Failure: POD_TASK with the JSON path; POD_HOST when the file cannot be read. That the
 * tasks exist is not checked here. See podium-entry(5).
 */
#ifndef MODEL_COMPETITION_H
#define MODEL_COMPETITION_H

#include "base/clock.h"
#include "base/error.h"
#include "model/deadline.h"
#include "model/timing.h"

#include <stddef.h>
#include <stdint.h>

enum combine {
    /* Unweighted mean of the raw value of each case: the rule of 2023, where a case is a
     * collection. */
    COMBINE_MEAN_OF_CASES,
    /* Sum of weight * mean points of a task, each case clipped to [0, cap], over the sum of
     * the weights. */
    COMBINE_WEIGHTED_POINTS,
};

enum late_policy {
    LATE_UNRANKED, /* kept, can be scored, stands under "unranked" with the reason */
};

struct track_task {
    char *id;
    double weight; /* 1 unless the file says otherwise */
};

struct track {
    char *id;
    char *title;
    enum combine combine;
    struct track_task *tasks; /* at least one, in the file's order, no id twice */
    size_t task_count;
};

struct phase {
    char *id;
    char *split; /* "public" or "hidden" */
    pod_instant_ms start;
    pod_instant_ms end; /* exclusive; INT64_MAX when the file gives none */
};

struct competition {
    char *id;
    char *title;
    char *url; /* NULL when absent */
    struct deadline_rule deadline;
    enum late_policy late;
    struct track *tracks; /* at least one */
    size_t track_count;
    struct phase *phases; /* in order of start, never overlapping; may be none */
    size_t phase_count;
    int64_t entries_per_day;   /* 0: no quota */
    int64_t final_selections;  /* 0: no quota */
    struct timing_plan timing; /* of a batch; repeats 1 when absent */
    int64_t public_decimals;   /* rounding of public scores, 0 to 17 */
    /* BLAKE2b (256 bits) of the hidden seed's digits, or "" before it is drawn: whoever is
     * told the seed in the end sees that it was not chosen by the entries. */
    char *seed_commitment;
};

#define COMPETITION_INIT                                                                   \
    {                                                                                      \
        0                                                                                  \
    }

/* path is a folder that holds competition.json, or the file. */
bool competition_load(const char *path, struct competition *out, struct pod_error *err);
void competition_release(struct competition *competition);

/* NULL when there is none. */
const struct track *competition_track_find(const struct competition *competition,
                                           const char *id);

#define competition_auto __attribute__((cleanup(competition_release)))

#endif
