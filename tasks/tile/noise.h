/* noise.h - how well two independent measurements of the same configurations agree.
 *
 * a and b are the minima of two halves, c configurations each. A kernel whose halves
 * disagree is dropped: what cannot be measured twice cannot be asked for.
 */
#ifndef TILE_NOISE_H
#define TILE_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noise {
    double tau;       /* Kendall's tau-b between the halves */
    double best_gap;  /* relative difference of the two fastest times */
    double regret[2]; /* extra time, 0 = none, when one half chooses the first 1 or 5 and
                         the other pays: the larger of both ways */
};

void noise_measure(const int64_t *a, const int64_t *b, size_t c, struct noise *noise);

/* tau at least .90, best_gap and the regret of the first choice at most 5 %. */
bool noise_is_low(const struct noise *noise);

#endif
