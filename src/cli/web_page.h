/* web_page.h - a folder that a web server can show: the board as a page and as data.
 *
 * Both files are replaced as a whole and belong to one board; the page asks for nothing but
 * itself. POD_HOST where the page's template was not built, or is none.
 */
#ifndef CLI_WEB_PAGE_H
#define CLI_WEB_PAGE_H

#include "engine/place.h"

/* folder/index.html and folder/leaderboard.json from the text of a leaderboard.json. */
bool web_page_write(const struct place *place, const char *folder, const char *json,
                    struct pod_error *err);

#endif
