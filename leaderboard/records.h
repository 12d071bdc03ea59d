/* records.h - the rows of a board as lines of JSON, from which anyone can make it again.
 *
 * Calling sequence, writing: board_records_head, then board_records_entry for each entry;
 * each is one line without its newline. Reading: board_records_new, board_records_add for
 * each line, board_records_input, board_new, board_free, board_records_free.
 *
 * What was written and read gives the same board, byte for byte: numbers have 17 digits,
 * and text that is not UTF-8 stands escaped, as on the board. A number that is not finite
 * is left out. A key that is absent leaves its member zero.
 *
 * Ownership: what board_records_input points to belongs to the records.
 * Failure: a line that is no record, an unknown key, a value of another kind. Lines may
 * come from anybody. Running out of memory ends the program.
 */
#ifndef BOARD_RECORDS_H
#define BOARD_RECORDS_H

#include "board.h"

/* The caller frees both. */
char *board_records_head(const struct board_competition *competition);
char *board_records_entry(const struct board_entry *entry);

struct board_records;

struct board_records *board_records_new(void);
void board_records_free(struct board_records *records); /* NULL is fine */

enum { BOARD_RECORDS_VALUES_MAX = 1 << 20 }; /* in a line: 250,000 items */

/* The head first, then one entry a line. The message says where in the line. */
bool board_records_add(struct board_records *records, const char *line, size_t length,
                       struct board_error *err);

/* Holds until the next line is added. */
const struct board_input *board_records_input(const struct board_records *records);

#endif
