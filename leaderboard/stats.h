/* stats.h - how sure scores and ranks are: a paired bootstrap of plain arrays.
 *
 * Calling sequence: fill a board_sample, board_spread_new, read the spreads, free them.
 * Nothing of the board is needed: a score is a sum of one part for each unit (a graph, a
 * trace, a query) and of what is held fixed.
 *
 * Units are drawn with replacement within their stratum, as many as it has, the same draw
 * for every team (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993). Parts
 * are rounded once, to fixed point with 61 bits for the largest sum; then all sums are
 * exact, so that neither the order of additions nor the compiler can change a result.
 *
 * Ownership: the sample is borrowed for the call; results are the caller's.
 * Failure: numbers must be finite, and within 1e100; running out of memory ends the
 * program.
 */
#ifndef BOARD_STATS_H
#define BOARD_STATS_H

#include "board.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Per mille at each end that a two-sided interval of 95 % leaves out. */
enum { BOARD_TAIL_PERMILLE = 25 };

#define BOARD_LEVEL 0.95
#define BOARD_TIE_ALPHA 0.05

struct board_sample {
    const double *parts; /* [team * unit_count + unit], as they enter the score */
    const double *fixed; /* [team], what no draw changes; NULL: 0 */
    size_t team_count;   /* at most 1,000,000; best score first where ties are wanted */
    size_t unit_count;   /* at most 10,000,000 */
    /* Units of a stratum stand side by side; sizes add up to unit_count. */
    const size_t *stratum_sizes;
    size_t stratum_count;
};

/* Of one team. Equal scores share the better rank, as on the board. */
struct board_spread {
    double score_low, score_high; /* percentiles, interpolated (type 7 of R and NumPy) */
    size_t rank_low, rank_high;   /* percentiles, inverse of the distribution (type 1) */
    size_t first_count;           /* replicates in which nobody was better */
    size_t out_low, out_high;     /* extreme ranks when one unit is left out */
    size_t tie_group;             /* from 1; see tie.h */
};

/* One spread for each team. The caller frees. replicates: BOARD_REPLICATES_MIN to _MAX. */
struct board_spread *board_spread_new(const struct board_sample *sample, size_t replicates,
                                      uint64_t seed);

#endif
