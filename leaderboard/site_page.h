/* site_page.h - a leaderboard.json as a page of its own.
 *
 * Calling sequence: board_to_json, then board_site_page with the text of
 * share/podium/site/index.template.html, and board_site_data for the file beside it.
 *
 * Ownership: returned strings are the caller's. Failure: NULL with a message; the JSON is
 * none, or the template holds what liquid.h does not name.
 *
 * Every value from the board goes through the template's `escape`, or through `jsonify`
 * with each `<` written as \u003c, so that no name of a team can become markup.
 */
#ifndef BOARD_SITE_PAGE_H
#define BOARD_SITE_PAGE_H

#include "board.h"

/* The page: the template with the whole document as its variable `board`. */
char *board_site_page(const char *json, const char *page_template, struct board_error *err);

/* The same document without white space, with a final newline. */
char *board_site_data(const char *json, struct board_error *err);

#endif
