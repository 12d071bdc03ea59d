/* wording.h - every sentence that the board says, in one place.
 *
 * Returned heap strings are the caller's.
 */
#ifndef BOARD_WORDING_H
#define BOARD_WORDING_H

#include "ranking.h"
#include "units.h"

#define BOARD__PRACTICE_TEXT                                                               \
    "practice: no arrival times, so no deadline applies and ranks are not official"

#define BOARD__ORDER_TEXT                                                                  \
    "valid before invalid, higher exact score, earlier arrival, lower sequence number; "   \
    "equal exact scores share a rank; the best entry of a team stands for it"

#define BOARD__LADDER_TEXT                                                                 \
    "the Ladder: a team's score is replaced only by one that is better by more than the "  \
    "standard error of the paired difference (one step of the last decimal where the "     \
    "items are not known), and is rounded"

enum { BOARD__POINT_DECIMALS = 1, BOARD__RATIO_DECIMALS = 3 };

/* Decimals of points on a board of scores with so many; points run to 100, so that where
 * numbers are rounded they have two fewer than what runs to 1. */
int board__point_decimals(int decimals, bool is_rounded);

/* Is a number of this board never finer than its text? */
bool board__is_rounded(const struct board_competition *competition);

const char *board__combine_code(const struct board_track *track); /* "mean-of-cases" */
const char *board__combine_text(const struct board_track *track); /* a sentence */

const char *board__reason_code(enum board__reason reason);
char *board__reason_text(const struct board_competition *competition,
                         const struct board_entry *entry, enum board__reason reason);

/* "3", or "=3" where rows share a rank; "-" without one. */
char *board__rank_text(const struct board__row *row);

/* How the statistics were computed, and what a reader must know before using them; ""
 * where that is nothing. */
char *board__method_text(const struct board_track *track);
char *board__warning_text(const struct board__units *units);

char *board__ranks_text(size_t low, size_t high);                /* "2", or "2 to 5" */
char *board__scores_text(double low, double high, int decimals); /* "0.61 to 0.64" */
char *board__percent_text(size_t count, size_t total); /* "27 %", "< 1 %", "> 99 %" */

/* "at most 169.4 bits in 17 entries" */
char *board__leak_text(const struct board__row *row, double bits);
/* "6 runs, 5 of them quiet: median CPU time 1.23 s, spread 0.4 %, 41.034 times the
 * reference; outliers: 1" */
char *board__timing_text(const struct board_timing *timing);

/* "2023-11-18 12:00:00 UTC"; milliseconds are cut, so that no instant before a deadline
 * reads like the deadline. */
char *board__instant_text(int64_t instant_ms);

/* "2023-11-18T12:00:00.000Z", RFC 3339; an instant outside of its years 0 to 9999 becomes
 * the nearest within. */
char *board__instant_rfc3339(int64_t instant_ms);

#endif
