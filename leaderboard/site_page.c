#include "site_page.h"

#include "liquid.h"
#include "text.h"

#include <stdlib.h>

static json_t *load(const char *json, struct board_error *err)
{
    json_error_t problem;
    json_t *board = json_loads(json, JSON_REJECT_DUPLICATES, &problem);
    if (board == NULL)
        (void)snprintf(err->message, sizeof err->message,
                       "cannot read the board: line %d: %s", problem.line, problem.text);
    return board;
}

char *board_site_page(const char *json, const char *page_template, struct board_error *err)
{
    json_auto_t *board = load(json, err);
    if (board == NULL)
        return NULL;
    json_auto_t *root = json_pack("{s:O}", "board", board);
    if (root == NULL)
        abort();
    return board__liquid(page_template, root, err);
}

char *board_site_data(const char *json, struct board_error *err)
{
    json_auto_t *board = load(json, err);
    if (board == NULL)
        return NULL;
    board__auto_free char *text = json_dumps(board, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (text == NULL)
        abort();
    return board__strf("%s\n", text);
}
