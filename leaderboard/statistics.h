/* statistics.h - how sure the scores and ranks of one ranking are.
 *
 * Calling sequence: board__statistics_new once the rows are ranked, board__statistics_free.
 * Row i of the ranking, ranked, has spreads[i] and the fractions from
 * profiles[i * BOARD__PROFILE_POINTS] on.
 */
#ifndef BOARD_STATISTICS_H
#define BOARD_STATISTICS_H

#include "ranking.h"
#include "stats.h"

struct board__statistics {
    size_t replicates;
    uint64_t seed;
    size_t unit_count;
    char *method_text;
    char *warning_text;           /* "" where there is nothing to say */
    struct board_spread *spreads; /* NULL: nothing could be resampled */
    double *profiles;
};

/* NULL: no statistics were asked for, or nobody is ranked. */
struct board__statistics *board__statistics_new(const struct board__ranking *ranking,
                                                size_t replicates, uint64_t seed);
void board__statistics_free(struct board__statistics *statistics); /* NULL is fine */

#endif
