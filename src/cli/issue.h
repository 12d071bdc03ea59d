/* issue.h - the board of a working folder, made ready to be published.
 *
 * The board is WORK/leaderboard.json, byte for byte as podium board wrote it; beside it go
 * the log and those of records.ndjson, leaderboard.csv, leaderboard.atom and index.html
 * that lie in WORK. One that is older than the board shows another one and is refused.
 *
 * Calling sequence: issue_read, issue_finish, use as published.h says.
 */
#ifndef CLI_ISSUE_H
#define CLI_ISSUE_H

#include "engine/published.h"
#include "engine/registry.h"

/* The board alone; POD_USAGE when there is none. */
bool issue_read(struct published *published, const struct place *place,
                struct pod_error *err);

/* The other files and the signature, by the key in WORK; checked as a reader would. */
bool issue_finish(struct published *published, const struct place *place,
                  struct store *store, struct pod_error *err);

/* Signed again, with the reason why it takes the place of a board that it does not follow.
 */
bool issue_force(struct published *published, const struct place *place, const char *reason,
                 struct pod_error *err);

#endif
