#include "omit.h"

#include "order.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

struct omission {
    const struct board__fixed *fixed;
    size_t padded;    /* teams, rounded up to tiles */
    int64_t *total;   /* [team]: all units and what is held fixed */
    int64_t *stratum; /* [team]: the sum of the stratum at hand */
    int64_t *scores;  /* [team]: without the unit */
    struct board__order order;
};

static void omission_init(struct omission *it, const struct board__fixed *fixed)
{
    it->fixed = fixed;
    it->padded = fixed->tile_count * BOARD__TILE;
    it->total = board__alloc(it->padded, sizeof *it->total);
    it->stratum = board__alloc(it->padded, sizeof *it->stratum);
    it->scores = board__alloc(it->padded, sizeof *it->scores);
    board__order_init(&it->order, fixed->sample->team_count);
}

static void omission_release(struct omission *it)
{
    free(it->total);
    free(it->stratum);
    free(it->scores);
    board__order_release(&it->order);
}

static int64_t part_of(const struct board__fixed *fixed, size_t team, size_t unit)
{
    size_t tile = team / BOARD__TILE;
    size_t at = tile * fixed->sample->unit_count + unit;
    return fixed->parts[at * BOARD__TILE + team % BOARD__TILE];
}

/* sums: [team], of the units from first on. */
static void add_units(const struct board__fixed *fixed, size_t first, size_t count,
                      int64_t *sums)
{
    for (size_t team = 0; team < fixed->sample->team_count; team++) {
        for (size_t i = 0; i < count; i++)
            sums[team] += part_of(fixed, team, first + i);
    }
}

static void note_ranks(struct omission *it, struct board_spread *spreads)
{
    const struct board__keyed *ranked = board__order_ranks(&it->order, it->scores);
    for (size_t i = 0; i < it->order.count; i++) {
        struct board_spread *spread = &spreads[ranked[i].index];
        size_t rank = ranked[i].rank;
        spread->out_low = rank < spread->out_low ? rank : spread->out_low;
        spread->out_high = rank > spread->out_high ? rank : spread->out_high;
    }
}

static void omit_unit(struct omission *it, size_t unit, double growth)
{
    for (size_t team = 0; team < it->fixed->sample->team_count; team++) {
        int64_t rest = it->stratum[team] - part_of(it->fixed, team, unit);
        it->scores[team] =
            it->total[team] - it->stratum[team] + llrint((double)rest * growth);
    }
}

static void omit_stratum(struct omission *it, size_t first, size_t size,
                         struct board_spread *spreads)
{
    for (size_t team = 0; team < it->padded; team++)
        it->stratum[team] = 0;
    add_units(it->fixed, first, size, it->stratum);
    for (size_t i = 0; i < size && size > 1; i++) {
        omit_unit(it, first + i, (double)size / (double)(size - 1));
        note_ranks(it, spreads);
    }
}

void board__omit_each(const struct board__fixed *fixed, struct board_spread *spreads)
{
    const struct board_sample *sample = fixed->sample;
    struct omission it;
    omission_init(&it, fixed);
    for (size_t team = 0; team < sample->team_count; team++) {
        spreads[team].out_low = sample->team_count;
        spreads[team].out_high = 1;
        it.total[team] = fixed->base[team];
    }
    add_units(fixed, 0, sample->unit_count, it.total);
    for (size_t team = 0; team < sample->team_count; team++)
        it.scores[team] = it.total[team];
    note_ranks(&it, spreads);
    size_t first = 0;
    for (size_t s = 0; s < sample->stratum_count; s++) {
        omit_stratum(&it, first, sample->stratum_sizes[s], spreads);
        first += sample->stratum_sizes[s];
    }
    omission_release(&it);
}
