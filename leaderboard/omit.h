/* omit.h - the ranks that teams get when one unit is left out.
 *
 * Resampling does not show how much of a rank hangs on a single unit; leaving each out in
 * turn does, and tells most where units are few.
 */
#ifndef BOARD_OMIT_H
#define BOARD_OMIT_H

#include "resample.h"

/* Sets out_low and out_high of every team's spread, the rank with all units among them. The
 * rest of a stratum takes over the weight of the unit; the only unit of a stratum stays. */
void board__omit_each(const struct board__fixed *fixed, struct board_spread *spreads);

#endif
