/* announce.h - the Ladder over the entries of one team, for the board.
 *
 * Without parameters where the track's items can be drawn: the margin is the standard error
 * of the paired difference from the entry announced last, as tie groups have it. Elsewhere
 * with a step. In both the step is the last decimal that the track shows.
 */
#ifndef BOARD_ANNOUNCE_H
#define BOARD_ANNOUNCE_H

#include "ranking.h"

/* rows: all of one team. Those that count (REASON_NONE) get the score that stood announced
 * when they had come in, and is_silent where that was no news. The one announced last keeps
 * its place, with the number of announcements; the others become REASON_LESSER. */
void board__announce(const struct board_track *track, struct board__row *rows,
                     size_t count);

/* Bits that the row's team can have learnt of the track's items, at most, as leak.h counts:
 * the score and, where there are several, each case of each of its entries; with the Ladder
 * the cases of what was announced. Numbers are taken to lie between 0 and 1, points between
 * 0 and 100; intervals are not counted. */
double board__leak(const struct board__ranking *ranking, const struct board__row *row);

#endif
