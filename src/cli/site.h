/* site.h - the two files of a board on a Jekyll site: _data/WORKSHOP/leaderboard.json,
 * which is the board, and WORKSHOP/leaderboard.html, the page that shows it.
 *
 * The page is the one that podium installs, in which the name of another workshop takes the
 * place of SITE_WORKSHOP.
 */
#ifndef CLI_SITE_H
#define CLI_SITE_H

#include "engine/place.h"
#include "engine/publish.h"

#define SITE_WORKSHOP "neurips2023"

struct site {
    const char *workshop;
    const char *page_file; /* instead of the installed one; NULL: that */
    struct pod_buf page;   /* released by the caller */
    bool is_one;           /* for the caller: the target is a site */
};

/* Is the folder a Jekyll site? */
bool site_is_one(const char *folder);

/* Adds the steps; is_forced as for publish_add_board: what stands there must be a board of
 * this competition, not later than ours, and on this log. site must outlive publish. */
bool site_add(struct site *site, struct publish *publish, const struct published *ours,
              bool is_forced, struct pod_error *err);

/* Finds the page; POD_HOST when it was not built. */
bool site_load_page(struct site *site, const struct place *place, struct pod_error *err);

#endif
