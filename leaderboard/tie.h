/* tie.h - which neighbours on the board cannot be told apart.
 *
 * Two teams are compared by their paired differences, unit by unit, weighted as the units
 * enter the score: the mean of each stratum has the variance s^2 / n, the sum of the strata
 * is tested by Student's t with Welch's degrees of freedom (Welch 1947, Satterthwaite
 * 1946). With one stratum that is the paired t test. A stratum of one unit shows no
 * variance and counts as fixed. Not a bootstrap's p, which is never below 1 / replicates,
 * too coarse for hundreds of comparisons; not overlapping intervals, which say less than
 * paired differences.
 *
 * Groups: the first team leads group 1; the group ends before the first team that differs
 * from its leader, and that team leads the next group. Holm's correction (1979) is over all
 * pairs of teams, so that at most one board in twenty parts equal teams. Not over the
 * leader's pairs alone: a leader is the best of many by luck, and among 200 equal teams,
 * 100 items each, that correction let 67 % of simulated boards part them, among 10 teams 17
 * %.
 */
#ifndef BOARD_TIE_H
#define BOARD_TIE_H

#include "stats.h"

#include <stddef.h>

/* p of the difference between two teams; 1 where nothing differs, 0 where they differ and
 * no unit varies. */
double board_difference_p(const struct board_sample *sample, size_t team, size_t other);

/* Standard error of the difference of two scores: the root of the variance that p is of.
 * For one stratum that is the standard deviation of the differences over the root of n. */
double board_difference_error(const struct board_sample *sample, size_t team, size_t other);

/* Holm's adjusted p values, in the order of p; both [count]. */
void board_holm(const double *p, size_t count, double *adjusted);

/* Sets tie_group of every spread. */
void board__tie(const struct board_sample *sample, struct board_spread *spreads);

#endif
