/* rank_moves.h - which teams a new leaderboard.json moves, for whoever is about to publish
 * it. */
#ifndef CLI_RANK_MOVES_H
#define CLI_RANK_MOVES_H

#include "base/buf.h"

#include <stdio.h>

/* For each track a line for each ranked team that comes, goes, or has another rank or score
 * as shown; after a score of lines only their number. What is no board moves nobody. */
void rank_moves_print(FILE *out, const struct pod_buf *old, const struct pod_buf *now);

#endif
