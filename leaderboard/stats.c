#include "stats.h"

#include "omit.h"
#include "resample.h"
#include "text.h"
#include "tie.h"

#include <math.h>
#include <stdlib.h>

static void swap(int64_t *a, int64_t *b)
{
    int64_t kept = *a;
    *a = *b;
    *b = kept;
}

static int64_t median_of_three(int64_t a, int64_t b, int64_t c)
{
    int64_t low = a < b ? a : b;
    int64_t high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* Hoare's FIND (1961): puts the value of rank `at`, from 0, in its place, none larger
 * before it and none smaller after it. */
static void place(int64_t *values, ptrdiff_t count, ptrdiff_t at)
{
    ptrdiff_t low = 0;
    ptrdiff_t high = count - 1;
    while (low < high) {
        int64_t pivot =
            median_of_three(values[low], values[low + (high - low) / 2], values[high]);
        ptrdiff_t i = low;
        ptrdiff_t j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j)
                swap(&values[i++], &values[j--]);
        }
        if (at > j && at < i)
            return;
        low = at >= i ? i : low;
        high = at <= j ? j : high;
    }
}

/* Interpolated between the values around (count - 1) * permille / 1000. */
static double percentile(int64_t *values, size_t count, size_t permille, int bits)
{
    size_t at = (count - 1) * permille / 1000;
    double between = (double)((count - 1) * permille % 1000) / 1000;
    place(values, (ptrdiff_t)count, (ptrdiff_t)at);
    double low = ldexp((double)values[at], -bits);
    if (at + 1 == count)
        return low;
    place(values + at + 1, (ptrdiff_t)(count - at - 1), 0);
    return low + between * (ldexp((double)values[at + 1], -bits) - low);
}

struct board_spread *board_spread_new(const struct board_sample *sample, size_t replicates,
                                      uint64_t seed)
{
    struct board_spread *spreads = board__alloc(sample->team_count, sizeof *spreads);
    struct board__fixed fixed;
    board__fixed_init(&fixed, sample);
    int64_t *scores = board__resample(&fixed, replicates, seed, spreads);
    for (size_t team = 0; team < sample->team_count; team++) {
        int64_t *of_team = scores + team * replicates;
        spreads[team].score_low =
            percentile(of_team, replicates, BOARD_TAIL_PERMILLE, fixed.bits);
        spreads[team].score_high =
            percentile(of_team, replicates, 1000 - BOARD_TAIL_PERMILLE, fixed.bits);
    }
    free(scores);
    board__omit_each(&fixed, spreads);
    board__fixed_release(&fixed);
    board__tie(sample, spreads);
    return spreads;
}
