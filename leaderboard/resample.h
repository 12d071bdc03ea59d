/* resample.h - the sums of the paired bootstrap, exact and in a fraction of a second.
 *
 * Calling sequence: board__fixed_init, board__resample, board__fixed_release.
 */
#ifndef BOARD_RESAMPLE_H
#define BOARD_RESAMPLE_H

#include "stats.h"

#include <stddef.h>
#include <stdint.h>

/* Teams whose sums are made together: few enough for the registers of any processor. */
enum { BOARD__TILE = 8 };

/* A sample in fixed point, value = integer / 2^bits. Teams stand in tiles, and a tile holds
 * its teams' parts unit by unit. */
struct board__fixed {
    const struct board_sample *sample;
    int bits;
    size_t tile_count;
    int64_t *parts; /* [tile][unit][team of the tile] */
    int64_t *base;  /* [team]: what is held fixed */
};

void board__fixed_init(struct board__fixed *fixed, const struct board_sample *sample);
void board__fixed_release(struct board__fixed *fixed);

/* Scores of all replicates, [team * replicates + replicate], and ranks counted in spreads'
 * first_count, rank_low and rank_high. The caller frees. */
int64_t *board__resample(const struct board__fixed *fixed, size_t replicates, uint64_t seed,
                         struct board_spread *spreads);

#endif
