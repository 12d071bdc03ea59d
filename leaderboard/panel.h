/* panel.h - the items of one case, row by row, where resampling them is sound.
 *
 * It is where every row that has the case OK lists the same items, and its raw value is
 * their mean, or the mean of the means of their groups. Elsewhere the case is held fixed.
 * Ownership: rows and their items are borrowed until board__panel_release.
 */
#ifndef BOARD_PANEL_H
#define BOARD_PANEL_H

#include "ranking.h"

struct board__panel {
    bool is_drawn; /* false: held fixed, and there is nothing below */
    size_t count;
    const struct board_item **items; /* sorted by group, then id: those of the first row */
    double *shares;                  /* of each item in the raw value; their sum is 1 */
    double *values; /* [row * count + item]; what the case counts where it is not OK */
};

/* Of the case in column `column`. */
void board__panel_init(struct board__panel *panel, const struct board__row *const *rows,
                       size_t row_count, size_t column);
void board__panel_release(struct board__panel *panel);

#endif
