/* total.h - from the results of one entry to the cells and the score of its row.
 *
 * Sums are exact and rounded once (Shewchuk, "Adaptive Precision Floating-Point Arithmetic
 * and Fast Robust Geometric Predicates", 1997): rows with the same values in other columns
 * tie, and every IEEE 754 machine gets the same bits.
 */
#ifndef BOARD_TOTAL_H
#define BOARD_TOTAL_H

#include "board.h"

/* One case of one row, in the order of the track's columns. */
struct board__cell {
    const struct board_result *result; /* NULL: the entry has none for this case */
    const char *verdict;               /* "-" without a result */
    bool is_ok;
    double value; /* what the case counts in the total: raw, clipped points, or worst */
};

/* Larger numbers are no measurement, and sums of them could overflow. */
#define BOARD__NUMBER_MAX 1e100

bool board__is_number(double value);

/* Cases of all tasks of the track: the number of its columns. */
size_t board__case_count(const struct board_track *track);

/* Fills cells, one for each column of the track. Returns how many have a result. */
size_t board__fill_cells(const struct board_track *track, const struct board_entry *entry,
                         struct board__cell *cells);

/* Makes of every cell that is OK what it is without a result. */
void board__hide_cells(const struct board_track *track, struct board__cell *cells);

/* Mean of the values of count cells, at least one. */
double board__mean(const struct board__cell *cells, size_t count);

/* What cells took: times are sums, memory is the largest. A sum that is too large stays at
 * UINT64_MAX. */
struct board__cost {
    bool has_run; /* at least one cell has a result */
    uint64_t cpu_ns;
    uint64_t wall_ns;
    uint64_t memory_bytes;
};

struct board__cost board__cost(const struct board__cell *cells, size_t count);

/* "OK" when all cells are, else the verdict of the first that is not; "-" only where no
 * result says more. */
const char *board__verdict(const struct board__cell *cells, size_t count);

/* The row's score by the track's rule. */
double board__total(const struct board_track *track, const struct board__cell *cells);

#endif
