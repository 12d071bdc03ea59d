/* profile.h - performance profiles (Dolan and More, "Benchmarking Optimization Software
 * with Performance Profiles", 2002).
 *
 * There a solver's ratio on a problem is its cost over the least cost; values here are
 * better when higher, so it is the best value over the team's own. A problem is a case. A
 * value that is not above 0 has no ratio and is within none.
 */
#ifndef BOARD_PROFILE_H
#define BOARD_PROFILE_H

#include <stddef.h>

enum { BOARD__PROFILE_POINTS = 9 };

/* From 1, increasing. */
extern const double board__profile_ratios[BOARD__PROFILE_POINTS];

/* Of one team: fractions[i] is the share of the cases in which the best value is at most
 * board__profile_ratios[i] times the team's. best and values: [case_count]. */
void board__profile(const double *best, const double *values, size_t case_count,
                    double *fractions);

#endif
