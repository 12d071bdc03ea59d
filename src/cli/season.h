/* season.h - what a verb works with: places, rules of the competition, tasks with cases.
 *
 * Calling sequence: season_open, use, season_close (also after a failed open).
 */
#ifndef CLI_SEASON_H
#define CLI_SEASON_H

#include "engine/plan.h"
#include "model/competition.h"
#include "opt.h"

struct season {
    struct place place;
    struct competition competition;
    struct case_set *sets; /* one for each task, in the order of the tracks */
    size_t set_count;
    struct rules rules;
    struct sb_policy *policy; /* of all its sandboxes */
    int lock_fd;
};

/* Takes the working folder for this process: two podiums in one folder would overwrite
 * each other's runs. only: the one task to load, NULL: all of the competition. Cases that
 * are missing are generated. */
bool season_open(struct season *season, const struct opt *opt, const char *only,
                 struct pod_error *err);

/* The tasks of one track; id NULL: of the first. */
bool season_open_track(struct season *season, const struct opt *opt, const char *id,
                       struct pod_error *err);
void season_close(struct season *season);

/* Lets the working folder go: for a verb that from here on only reads the store, for as
 * long as somebody reads what it prints. */
void season_let_go(struct season *season);

/* For verbs that score: what the tasks prepare of their cases is found or made. */
bool season_prepare(struct season *season, struct pod_error *err);

/* The same without the competition and its tasks: for verbs that name tasks themselves. */
bool season_open_bare(struct season *season, const struct opt *opt, struct pod_error *err);

/* The same with the competition, but without the cases of its tasks. */
bool season_open_rules(struct season *season, const struct opt *opt, struct pod_error *err);

/* The cases of the competition's tasks, or of the one. */
bool season_add_tracks(struct season *season, const struct opt *opt, const char *only,
                       struct pod_error *err);

/* Is the task one of the competition's? */
bool season_plays(const struct season *season, const char *task);

/* Is it the split that decides in the end? Then final selections bind. */
bool season_is_final(const struct season *season);
bool season_is_final_split(const char *split);

/* Load one more task's cases; NULL on failure. The pointer holds until the next call. */
struct case_set *season_add_task(struct season *season, const struct opt *opt,
                                 const char *task, struct pod_error *err);

#endif
