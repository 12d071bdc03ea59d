/* board_fixture.h - a board_input out of a JSON file, for tests.
 *
 * Calling sequence: board_fixture_load, use input, board_fixture_release. A key that is
 * absent leaves the field zero. Whatever is wrong with the file ends the test.
 */
#ifndef BOARD_FIXTURE_H
#define BOARD_FIXTURE_H

#include "board.h"
#include "records.h"

#include <jansson.h>

struct board_fixture {
    struct board_records *records; /* own all that input points to */
    struct board_input input;
};

void board_fixture_load(const char *path, struct board_fixture *out);
void board_fixture_release(struct board_fixture *fixture);

/* Another order of entries, of the results of each, of their items and of the extensions:
 * nothing that may change a board. */
void board_fixture_shuffle(struct board_fixture *fixture, unsigned seed);

/* Every key of expected is in actual with an equal value, arrays have equal lengths. False:
 * the first difference is printed to standard error. */
bool board_fixture_holds(const json_t *actual, const json_t *expected, const char *where);

#endif
