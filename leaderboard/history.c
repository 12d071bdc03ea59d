#include "history.h"

#include "text.h"

#include <stdlib.h>

/* How many teams have each score as their best, as a Fenwick tree (A New Data Structure for
 * Cumulative Frequency Tables, 1994) over the scores in ascending order: 10,000 entries of
 * 600 teams cost as little as sorting them. */
struct tally {
    double *scores; /* ascending, each once */
    size_t score_count;
    size_t *tree; /* from 1 */
    size_t team_count;
};

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void tally_init(struct tally *tally, const struct board__row *const *rows,
                       size_t count)
{
    *tally = (struct tally){
        .scores = board__alloc(count, sizeof *tally->scores),
        .tree = board__alloc(count + 1, sizeof *tally->tree),
    };
    for (size_t i = 0; i < count; i++)
        tally->scores[i] = rows[i]->score;
    qsort(tally->scores, count, sizeof *tally->scores, by_value);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || tally->scores[i] != tally->scores[i - 1])
            tally->scores[tally->score_count++] = tally->scores[i];
    }
}

static void tally_release(struct tally *tally)
{
    free(tally->scores);
    free(tally->tree);
}

/* From 1; score is one of those that the tally was made of. */
static size_t tally_place(const struct tally *tally, double score)
{
    const double *at =
        bsearch(&score, tally->scores, tally->score_count, sizeof *tally->scores, by_value);
    return (size_t)(at - tally->scores) + 1;
}

static void tally_add(struct tally *tally, size_t place)
{
    tally->team_count++;
    for (; place <= tally->score_count; place += place & -place)
        tally->tree[place]++;
}

static void tally_remove(struct tally *tally, size_t place)
{
    tally->team_count--;
    for (; place <= tally->score_count; place += place & -place)
        tally->tree[place]--;
}

static size_t tally_rank(const struct tally *tally, size_t place)
{
    size_t not_better = 0;
    for (; place > 0; place -= place & -place)
        not_better += tally->tree[place];
    return tally->team_count - not_better + 1;
}

/* A team so far. */
struct progress {
    size_t place; /* of its best score in the tally, 0: none */
    size_t first, last;
};

static void take_step(struct board__ranking *ranking, struct tally *tally,
                      struct progress *team, const struct board__row *row)
{
    size_t place = tally_place(tally, row->score);
    struct board__step step = {.row = row, .next = BOARD__NO_STEP};
    if (team->place >= place)
        return;
    if (team->place > 0) {
        step.former_rank = tally_rank(tally, team->place);
        tally_remove(tally, team->place);
        ranking->steps[team->last].next = ranking->step_count;
    } else {
        team->first = ranking->step_count;
    }
    tally_add(tally, place);
    step.rank = tally_rank(tally, place);
    team->place = place;
    team->last = ranking->step_count;
    ranking->steps[ranking->step_count++] = step;
}

/* On the board it is ranked, or lesser than one of its team that is. What the Ladder did
 * not announce is nobody's to know. */
static bool is_counted(const struct board__row *row)
{
    bool is_in_order = row->reason == REASON_NONE || row->reason == REASON_LESSER;
    return is_in_order && row->is_valid && !row->is_silent &&
           board__has_arrival(row->entry);
}

static int by_arrival(const void *left, const void *right)
{
    const struct board__row *a = *(const struct board__row *const *)left;
    const struct board__row *b = *(const struct board__row *const *)right;
    return board__compare_arrival(a->entry, b->entry);
}

void board__trace(struct board__ranking *ranking)
{
    const struct board__row **rows = board__alloc(ranking->entry_count, sizeof *rows);
    struct progress *teams = board__alloc(ranking->team_count, sizeof *teams);
    struct tally tally;
    size_t count = 0;
    for (size_t i = 0; i < ranking->entry_count; i++) {
        if (is_counted(&ranking->rows[i]))
            rows[count++] = &ranking->rows[i];
    }
    qsort(rows, count, sizeof *rows, by_arrival);
    tally_init(&tally, rows, count);
    ranking->steps = board__alloc(count, sizeof *ranking->steps);
    for (size_t i = 0; i < count; i++)
        take_step(ranking, &tally, &teams[rows[i]->team], rows[i]);
    for (size_t i = 0; i < ranking->ranked_count; i++) {
        const struct progress *team = &teams[ranking->rows[i].team];
        if (team->place > 0)
            ranking->rows[i].first_step = team->first;
    }
    tally_release(&tally);
    free(rows);
    free(teams);
}
