/* recount.h - a board made again from its records and its log.
 *
 * Calling sequence: recount_write_records where a board is written; recount_check for
 * anybody. The records (see leaderboard/records.h) say what the board shows of every entry;
 * which entries there are, when they arrived and whether they count is worked out again
 * from the log, and then the whole board from the records: it must be the same, byte for
 * byte. What a result should have been no reader can say without the hidden cases.
 */
#ifndef CLI_RECOUNT_H
#define CLI_RECOUNT_H

#include "base/buf.h"
#include "base/error.h"
#include "board.h"
#include "engine/published.h"

/* The records of a board, a line for each entry; replaces the file. */
bool recount_write_records(const struct board_input *input, const char *path,
                           struct pod_error *err);

/* Texts as they are published; log may go on after the event that the board stands on. */
struct recount {
    const char *name; /* stands before messages */
    const struct pod_buf *board, *records, *log;
};

/* POD_ENTRY when something does not hold, with the place. */
bool recount_check(const struct recount *recount, struct pod_error *err);

/* The same of a published board, after published_check. One without records, which hides
 * what its rows have to tell as long as entries may still come, passes. */
bool recount_published(const struct published *published, struct pod_error *err);

#endif
