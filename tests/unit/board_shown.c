/* What the leaderboard room makes of a fixture, for tests that read it with other tools:
 * board_shown INPUT.json [FORMAT [TEAM]]; without a format it is leaderboard.json. */
#include "board_fixture.h"
#include "export.h"

#include <stdlib.h>

static char *make(const struct board *board, int argc, char **argv, struct board_error *err)
{
    const struct board_export what = {.format = argc > 2 ? argv[2] : NULL,
                                      .team = argc > 3 ? argv[3] : NULL};
    return argc > 2 ? board_export(board, &what, err) : board_to_json(board);
}

int main(int argc, char **argv)
{
    struct board_fixture fixture;
    struct board_error err = {.message = ""};
    if (argc < 2) {
        (void)fputs("usage: board_shown INPUT.json [FORMAT [TEAM]]\n", stderr);
        return 2;
    }
    board_fixture_load(argv[1], &fixture);
    struct board *board = board_new(&fixture.input, &err);
    char *text = board != NULL ? make(board, argc, argv, &err) : NULL;
    int status = text != NULL && fputs(text, stdout) >= 0 ? 0 : 1;
    if (text == NULL)
        (void)fprintf(stderr, "%s\n", err.message);
    free(text);
    board_free(board);
    board_fixture_release(&fixture);
    return status;
}
