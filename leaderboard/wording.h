/* wording.h - every sentence that the board says, in one place.
 *
 * Returned heap strings are the caller's.
 */
#ifndef BOARD_WORDING_H
#define BOARD_WORDING_H

#include "ranking.h"

#define BOARD__PRACTICE_TEXT                                                               \
    "practice: no arrival times, so no deadline applies and ranks are not official"

#define BOARD__ORDER_TEXT                                                                  \
    "valid before invalid, higher exact score, earlier arrival, lower sequence number; "   \
    "equal exact scores share a rank; the best entry of a team stands for it"

enum { BOARD__POINT_DECIMALS = 1, BOARD__RATIO_DECIMALS = 3 };

const char *board__combine_code(const struct board_track *track); /* "mean-of-cases" */
const char *board__combine_text(const struct board_track *track); /* a sentence */

const char *board__reason_code(enum board__reason reason);
char *board__reason_text(const struct board_competition *competition,
                         const struct board_entry *entry, enum board__reason reason);

/* "3", or "=3" where rows share a rank; "-" without one. */
char *board__rank_text(const struct board__row *row);

/* "6 runs, 5 of them quiet: median CPU time 1.23 s, spread 0.4 %, 41.034 times the
 * reference; outliers: 1" */
char *board__timing_text(const struct board_timing *timing);

/* "2023-11-18 12:00:00 UTC"; milliseconds are cut, so that no instant before a deadline
 * reads like the deadline. */
char *board__instant_text(int64_t instant_ms);

#endif
