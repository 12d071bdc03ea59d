#include "statistics.h"

#include "profile.h"
#include "text.h"
#include "units.h"
#include "wording.h"

#include <math.h>
#include <stdlib.h>

/* A stratum of one unit comes out the same in every draw. */
static bool can_vary(const struct board_sample *sample)
{
    for (size_t s = 0; s < sample->stratum_count; s++) {
        if (sample->stratum_sizes[s] > 1)
            return true;
    }
    return false;
}

static double *profiles_of(const struct board__ranking *ranking)
{
    size_t cases = ranking->case_count;
    double *profiles =
        board__alloc(ranking->ranked_count, BOARD__PROFILE_POINTS * sizeof *profiles);
    double *best = board__alloc(cases, sizeof *best);
    double *values = board__alloc(cases, sizeof *values);
    for (size_t row = 0; row < ranking->ranked_count; row++) {
        for (size_t i = 0; i < cases; i++)
            best[i] = fmax(best[i], ranking->rows[row].cells[i].value);
    }
    for (size_t row = 0; row < ranking->ranked_count; row++) {
        for (size_t i = 0; i < cases; i++)
            values[i] = ranking->rows[row].cells[i].value;
        board__profile(best, values, cases, profiles + row * BOARD__PROFILE_POINTS);
    }
    free(values);
    free(best);
    return profiles;
}

static void units_of(const struct board__ranking *ranking, struct board__units *units)
{
    const struct board__row **rows = board__alloc(ranking->ranked_count, sizeof *rows);
    for (size_t i = 0; i < ranking->ranked_count; i++)
        rows[i] = &ranking->rows[i];
    board__units_init(units, ranking->track, rows, ranking->ranked_count);
    free(rows);
}

/* Equal exact scores share a rank, and sums in fixed point may part them. */
static void include_rank(struct board_spread *spread, size_t rank)
{
    spread->out_low = rank < spread->out_low ? rank : spread->out_low;
    spread->out_high = rank > spread->out_high ? rank : spread->out_high;
}

struct board__statistics *board__statistics_new(const struct board__ranking *ranking,
                                                size_t replicates, uint64_t seed)
{
    if (replicates == 0 || ranking->ranked_count == 0)
        return NULL;
    struct board__statistics *statistics = board__alloc(1, sizeof *statistics);
    struct board__units units;
    units_of(ranking, &units);
    statistics->replicates = replicates;
    statistics->seed = seed;
    statistics->unit_count = units.sample.unit_count;
    statistics->method_text = board__method_text(ranking->track);
    statistics->warning_text = board__warning_text(&units);
    statistics->profiles = profiles_of(ranking);
    if (can_vary(&units.sample))
        statistics->spreads = board_spread_new(&units.sample, replicates, seed);
    for (size_t i = 0; statistics->spreads != NULL && i < ranking->ranked_count; i++)
        include_rank(&statistics->spreads[i], ranking->rows[i].rank);
    board__units_release(&units);
    return statistics;
}

void board__statistics_free(struct board__statistics *statistics)
{
    if (statistics == NULL)
        return;
    free(statistics->method_text);
    free(statistics->warning_text);
    free(statistics->spreads);
    free(statistics->profiles);
    free(statistics);
}
