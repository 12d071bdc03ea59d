/* history.h - how each team came to its score: the entries that made its best one better,
 * and the rank that each took.
 *
 * Calling sequence: board__rank, then board__trace once. Entries are taken in order of
 * arrival, and only those that count on the board (not late, pending, disqualified...); one
 * without arrival time has no place in time, so practice has no history. A rank is one plus
 * the number of teams whose best score of that moment is higher: the rule of ranking.h, as
 * if the board had been made right after the entry came in.
 */
#ifndef BOARD_HISTORY_H
#define BOARD_HISTORY_H

#include "ranking.h"

/* Sets steps of ranking and first_step of its ranked rows. O(n log n) in its entries. */
void board__trace(struct board__ranking *ranking);

#endif
