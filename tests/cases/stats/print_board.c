/* Prints the board of an input.json of tests/cases/board: print_board INPUT */
#include "../../unit/board_fixture.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    struct board_fixture fixture;
    struct board_error err;
    if (argc != 2)
        return 2;
    board_fixture_load(argv[1], &fixture);
    struct board *board = board_new(&fixture.input, &err);
    if (board == NULL) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    char *text = board_to_json(board);
    bool is_done = fputs(text, stdout) >= 0 && fflush(stdout) == 0;
    free(text);
    board_free(board);
    board_fixture_release(&fixture);
    return is_done ? 0 : 1;
}
