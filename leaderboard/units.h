/* units.h - from the rows of a track to what the bootstrap draws.
 *
 * Where the score is the mean of raw values (BOARD_MEAN_OF_CASES), a unit is an item. Items
 * of one task with one name are one unit and drawn together, in whatever cases they stand:
 * the collections "random" and "default" of 2023 have the same graphs. An item's name is
 * its id, without its group and a colon where it starts so ("layout:xla:random:bert" of the
 * group "layout:xla:random" is "bert"). A stratum is all units that stand in the same cases
 * and groups, so every case keeps its number of items in every draw and its mean stays
 * linear.
 *
 * Points (BOARD_WEIGHTED_POINTS) are a task's own function of its items, clipped, and no
 * sample of items gives them; there a unit is a case, drawn among the cases of its task,
 * and tasks of one case are held fixed.
 */
#ifndef BOARD_UNITS_H
#define BOARD_UNITS_H

#include "ranking.h"
#include "stats.h"

struct board__units {
    struct board_sample sample; /* points into what follows; a team for each row */
    double *parts;
    double *fixed;
    size_t *stratum_sizes;
    char **stratum_names; /* the cases in which its units stand, with + between */
    size_t held_count;
    const char **held_names; /* ids of cases (tasks, where points are) held fixed */
};

/* rows are of the track. */
void board__units_init(struct board__units *units, const struct board_track *track,
                       const struct board__row *const *rows, size_t row_count);
void board__units_release(struct board__units *units);

#endif
