/* ladder.h - which score a public board announces, so that many tries learn little of the
 * hidden set (Blum and Hardt, "The Ladder: A Reliable Leaderboard for Machine Learning
 * Competitions", 2015).
 *
 * Calling sequence: a zeroed board_ladder for each team; board_ladder_offer for each of its
 * entries in order of arrival; what is announced is what the board shows. A better score is
 * announced only where it is better by more than a margin, rounded; else the old one
 * stands. Their losses are lower when better, our scores higher. Two forms:
 *
 * With a step eta (their Algorithm 1): margin and step are eta.
 * Without parameters: the margin is board_ladder_margin of the entry's items and those of
 * the entry announced last, and the step 1 / items. Where items enter the score with
 * unequal weights, board_difference_error (tie.h) is the margin.
 *
 * The first entry is announced whatever its score. What rounding makes equal to the score
 * announced last is not announced, so that levels only rise. Nothing fails.
 */
#ifndef BOARD_LADDER_H
#define BOARD_LADDER_H

#include <stdbool.h>
#include <stddef.h>

struct board_ladder {
    bool has_announced;
    double announced;
    size_t announcements;
};

/* True: score is announced, rounded to a multiple of step (above 0). */
bool board_ladder_offer(struct board_ladder *ladder, double score, double margin,
                        double step);

/* Standard deviation (n - 1) of the differences of two entries, item by item, over the root
 * of n; 0 for fewer than two items. */
double board_ladder_margin(const double *items, const double *announced, size_t count);

#endif
