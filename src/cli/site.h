/* site.h - a folder that a web server can show: the board as a page and as data.
 *
 * Both files are replaced as a whole and belong to one board; the page asks for nothing but
 * itself. POD_HOST where the page's template was not built, or is none.
 */
#ifndef CLI_SITE_H
#define CLI_SITE_H

#include "engine/place.h"

/* folder/index.html and folder/leaderboard.json from the text of a leaderboard.json. */
bool site_write(const struct place *place, const char *folder, const char *json,
                struct pod_error *err);

#endif
