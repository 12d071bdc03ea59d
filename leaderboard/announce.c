#include "announce.h"

#include "ladder.h"
#include "leak.h"
#include "text.h"
#include "tie.h"
#include "units.h"

#include <math.h>
#include <stdlib.h>

static int by_arrival(const void *left, const void *right)
{
    return board__compare_arrival((*(struct board__row *const *)left)->entry,
                                  (*(struct board__row *const *)right)->entry);
}

/* Those that count, in order of arrival. Returns how many. */
static size_t list_rows(struct board__row *rows, size_t count, struct board__row **listed)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].reason == REASON_NONE)
            listed[found++] = &rows[i];
    }
    qsort(listed, found, sizeof *listed, by_arrival);
    return found;
}

/* One unit alone tells nothing of its spread. */
static double margin_of(const struct board_sample *sample, size_t row, size_t last,
                        double step)
{
    for (size_t s = 0; s < sample->stratum_count; s++) {
        if (sample->stratum_sizes[s] > 1)
            return board_difference_error(sample, row, last);
    }
    return step;
}

void board__announce(const struct board_track *track, struct board__row *rows, size_t count)
{
    struct board__row **listed = board__alloc(count, sizeof *listed);
    size_t found = list_rows(rows, count, listed);
    double step = pow(10, -track->decimals);
    struct board_ladder ladder = {0};
    struct board__units units;
    board__units_init(&units, track, (const struct board__row *const *)listed, found);
    size_t last = 0;
    for (size_t i = 0; i < found; i++) {
        double margin = margin_of(&units.sample, i, last, step);
        listed[i]->reason = REASON_LESSER;
        listed[i]->is_silent = !board_ladder_offer(&ladder, listed[i]->score, margin, step);
        listed[i]->score = board__rounded(ladder.announced, track->decimals);
        if (!listed[i]->is_silent)
            last = i;
    }
    if (found > 0) {
        listed[last]->reason = REASON_NONE;
        listed[last]->announcement_count = ladder.announcements;
    }
    board__units_release(&units);
    free(listed);
}

double board__leak(const struct board__ranking *ranking, const struct board__row *row)
{
    bool is_points = ranking->track->combine == BOARD_WEIGHTED_POINTS;
    int decimals = ranking->track->decimals + (is_points ? 2 : 0);
    size_t cases = ranking->case_count > 1 ? ranking->case_count : 0;
    if (row->announcement_count == 0)
        return board_leak_shown(row->entry_count * (1 + cases), decimals);
    return board_leak_ladder(row->entry_count, (size_t)pow(10, decimals) + 1) +
           board_leak_shown(row->announcement_count * cases, decimals);
}
