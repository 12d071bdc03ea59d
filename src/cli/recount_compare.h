/* recount_compare.h - do the records of a board say what the log says? Only for recount.c.
 *
 * Which entries there are, when they arrived, how they stand, and what is nobody's to
 * choose: the instant, the head of the log, the deadline and its history, the seed.
 */
#ifndef CLI_RECOUNT_COMPARE_H
#define CLI_RECOUNT_COMPARE_H

#include "model/ledger.h"
#include "recount.h"

/* ledger is that of the log as of the board's instant. POD_ENTRY with the line of the
 * records that differs. */
bool recount__compare(const struct recount *recount, const struct board_input *input,
                      const struct ledger *ledger, struct pod_error *err);

#endif
