/* export.h - a board in the formats of other people's tools.
 *
 * Calling sequence: board_new, board_export as often as wanted, board_free. board_formats
 * lists the names for help and for whoever wants them all.
 *
 * Like leaderboard.json the bytes are a pure function of the board: no clock, no locale.
 * Text from outside is escaped as in leaderboard.json and then as the format wants it, so
 * that a name is only ever shown: no formula, tag, link or second line comes out of it.
 *
 * Ownership: the text is the caller's. Failure: no such format, track or team, or a team
 * without a valid result where a format has no word for that.
 */
#ifndef BOARD_EXPORT_H
#define BOARD_EXPORT_H

#include "board.h"

struct board_format {
    const char *name;
    bool is_of_team;     /* tells of one team, which must be named; the others of all */
    const char *summary; /* for help */
};

/* Ends with a NULL name. */
extern const struct board_format board_formats[];

struct board_export {
    const char *format;
    const char *track; /* NULL: the first */
    const char *team;  /* its name, byte for byte; only where is_of_team */
};

/* NULL on failure. */
char *board_export(const struct board *board, const struct board_export *what,
                   struct board_error *err);

#endif
