/* leak.h - how much a team can have learnt of the hidden set from what the board showed it.
 *
 * Upper bounds in bits: the logarithm of the number of different boards that the team could
 * have seen. A score between 0 and 1 with 3 decimals has 10^3 steps, 9.97 bits.
 */
#ifndef BOARD_LEAK_H
#define BOARD_LEAK_H

#include <stddef.h>

/* Numbers from 0 to 1, each shown with so many decimals. */
double board_leak_shown(size_t numbers, int decimals);

/* What the Ladder says in a number of entries: whether each is announced, and at which of
 * the levels above the one before. With m announcements that is C(entries, m) C(levels, m)
 * histories, over all m C(entries + levels, levels) (Vandermonde). */
double board_leak_ladder(size_t entries, size_t levels);

#endif
