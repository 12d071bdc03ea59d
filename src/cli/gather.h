/* gather.h - the rows of a board out of the record.
 *
 * Calling sequence: fill a struct gather, gather_rows; where items are wanted, make a board
 * once, gather_items for what it ranks, and make it again.
 *
 * Rows are of what was received, if anything was, else of what a batch found in a folder.
 * Results are those of exactly the cases that the board is about: another split, another
 * policy or the task as it was are not shown under this one's name; the entry is pending
 * then.
 */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include "engine/registry.h"
#include "rows.h"
#include "season.h"

struct gather {
    const struct season *season;
    const struct registry *registry; /* as the board's instant has it */
    struct rows *rows;               /* initialised; gets everything */
};

bool gather_rows(const struct gather *gather, struct pod_error *err);

/* The items of every entry that a track of this board ranks; it must be of these rows. */
bool gather_items(const struct gather *gather, const struct board *board,
                  struct pod_error *err);

#endif
