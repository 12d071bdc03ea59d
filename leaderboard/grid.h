/* grid.h - a table for a terminal that keeps within a width.
 *
 * Calling sequence: board__grid_init, fill columns and cells, board__grid_fit,
 * board__grid_print, board__grid_release. Heads and cells belong to the grid and hold
 * escaped text. A head is split at "-", ":", "_" and " " and stands in several lines, so
 * that a column of short numbers stays narrow under a long name.
 */
#ifndef BOARD_GRID_H
#define BOARD_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct board__column {
    char *head;
    bool is_right;
    int min_width;  /* 0: never narrower than its cells */
    int drop;       /* above 0: may be left out, the highest first, then from the right */
    bool is_hidden; /* from the start, or left out by board__grid_fit */
    /* Set by board__grid_fit. */
    int width;
    int natural_width;
};

struct board__grid_cell {
    char *text;
    const char *style; /* ANSI parameters, NULL for plain */
};

struct board__grid {
    struct board__column *columns;
    size_t column_count;
    struct board__grid_cell *cells; /* row by row */
    size_t row_count;
    int gap; /* between columns */
};

void board__grid_init(struct board__grid *grid, size_t column_count, size_t row_count);
void board__grid_release(struct board__grid *grid);

/* Takes text. */
void board__grid_set_take(struct board__grid *grid, size_t row, size_t column, char *text);

/* Narrow and leave out columns until the grid keeps within width; 0 is no limit. Returns
 * how many columns are left out. */
size_t board__grid_fit(struct board__grid *grid, int width);

/* What out refused is found by ferror. */
void board__grid_print(const struct board__grid *grid, bool is_colour, FILE *out);

#endif
