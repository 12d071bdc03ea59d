#include "ranking.h"

#include "announce.h"
#include "statistics.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

bool board__has_arrival(const struct board_entry *entry)
{
    return or_empty(entry->received_at)[0] != '\0';
}

/* What an entry without arrival has in received_ms means nothing, and it comes last. */
static int64_t arrival(const struct board_entry *entry)
{
    return board__has_arrival(entry) ? entry->received_ms : INT64_MAX;
}

static int compare_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int board__compare_arrival(const struct board_entry *a, const struct board_entry *b)
{
    int order = compare_ints(arrival(a), arrival(b));
    if (order == 0)
        order = compare_ints(a->seq, b->seq);
    if (order == 0)
        order = strcmp(or_empty(a->team), or_empty(b->team));
    if (order == 0)
        order = strcmp(or_empty(a->name), or_empty(b->name));
    if (order == 0)
        order = strcmp(or_empty(a->digest), or_empty(b->digest));
    return order;
}

/* Best first, among rows that are ranked. */
static int compare_scores(const struct board__row *a, const struct board__row *b)
{
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return board__compare_arrival(a->entry, b->entry);
}

/* The total order: ranked rows first, then the unranked by reason. */
static int by_place(const void *left, const void *right)
{
    const struct board__row *a = left;
    const struct board__row *b = right;
    if (a->reason != b->reason)
        return a->reason < b->reason ? -1 : 1;
    return a->reason == REASON_NONE ? compare_scores(a, b)
                                    : board__compare_arrival(a->entry, b->entry);
}

/* A team's rows side by side, in the total order. */
static int by_team(const void *left, const void *right)
{
    const struct board__row *a = left;
    const struct board__row *b = right;
    int order = strcmp(or_empty(a->entry->team), or_empty(b->entry->team));
    return order != 0 ? order : by_place(left, right);
}

static bool has_verdict(const struct board__row *row, size_t case_count,
                        const char *verdict)
{
    for (size_t i = 0; i < case_count; i++) {
        if (strcmp(row->cells[i].verdict, verdict) == 0)
            return true;
    }
    return false;
}

/* What the records decided about an entry before anything was run. */
static enum board__reason decided(const struct board_entry *entry)
{
    switch (entry->standing) {
    case BOARD_EARLY:
        return REASON_EARLY;
    case BOARD_OVER_QUOTA:
        return REASON_OVER_QUOTA;
    case BOARD_NOT_SELECTED:
        return REASON_NOT_SELECTED;
    case BOARD_WITHDRAWN:
        return REASON_WITHDRAWN;
    case BOARD_DISQUALIFIED:
        return REASON_DISQUALIFIED;
    default:
        return REASON_NONE;
    }
}

static enum board__reason find_reason(const struct board_competition *competition,
                                      const struct board__row *row, size_t case_count)
{
    const struct board_entry *entry = row->entry;
    bool has_deadline = or_empty(competition->deadline_instant)[0] != '\0';
    if (decided(entry) != REASON_NONE)
        return decided(entry);
    if (!competition->is_practice && !board__has_arrival(entry))
        return REASON_NO_ARRIVAL;
    if (!competition->is_practice && has_deadline && !entry->has_grace &&
        entry->received_ms >= competition->deadline_ms)
        return REASON_LATE;
    if (entry->standing == BOARD_INVALID)
        return REASON_INVALID;
    if (entry->standing == BOARD_PENDING)
        return REASON_PENDING;
    if (has_verdict(row, case_count, "JE"))
        return REASON_JUDGE_ERROR;
    return row->is_valid ? REASON_NONE : REASON_NO_VALID_RESULT;
}

/* False: the entry does not stand in this track. */
static bool make_row(const struct board_input *input, struct board__ranking *ranking,
                     const struct board_entry *entry, struct board__row *row)
{
    const struct board_competition *competition = &input->competition;
    if (!competition->is_practice && board__has_arrival(entry) &&
        entry->received_ms > competition->as_of_ms)
        return false;
    size_t filled = board__fill_cells(ranking->track, entry, row->cells);
    if (filled == 0 && entry->result_count > 0)
        return false;
    row->entry = entry;
    row->score = board__total(ranking->track, row->cells);
    row->is_valid = has_verdict(row, ranking->case_count, "OK") &&
                    !has_verdict(row, ranking->case_count, "JE");
    row->reason = find_reason(competition, row, ranking->case_count);
    return true;
}

/* rows: all of one team, sorted by_team. The first that counts stands for the team; one
 * without a valid result only where the team has nothing better to show. */
static void settle_team(struct board__row *rows, size_t count, size_t team)
{
    bool has_row = false;
    for (size_t i = 0; i < count; i++) {
        rows[i].team = team;
        rows[i].first_step = BOARD__NO_STEP;
        rows[i].entry_count = count;
        if (rows[i].reason != REASON_NONE && rows[i].reason != REASON_NO_VALID_RESULT)
            continue;
        if (has_row)
            rows[i].reason = REASON_LESSER;
        has_row = true;
    }
}

/* Returns how many teams there are. */
static size_t settle_teams(const struct board_track *track, bool has_ladder,
                           struct board__row *rows, size_t count)
{
    size_t teams = 0;
    size_t start = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i < count &&
            strcmp(or_empty(rows[i].entry->team), or_empty(rows[start].entry->team)) == 0)
            continue;
        if (has_ladder)
            board__announce(track, rows + start, i - start);
        settle_team(rows + start, i - start, teams);
        start = i;
        teams++;
    }
    return teams;
}

/* rows are in order; equal exact scores share the rank of the first of them. */
static void number_rows(struct board__row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_equal = i > 0 && rows[i].score == rows[i - 1].score;
        rows[i].rank = is_equal ? rows[i - 1].rank : i + 1;
        rows[i].is_tied = is_equal;
        if (is_equal)
            rows[i - 1].is_tied = true;
    }
}

/* What is withdrawn after it was scored, or has no rank for another reason, would tell what
 * the Ladder keeps back. */
static void hide_unranked(const struct board__ranking *ranking)
{
    for (size_t i = ranking->ranked_count; i < ranking->row_count; i++) {
        board__hide_cells(ranking->track, ranking->rows[i].cells);
        ranking->rows[i].is_valid = false;
    }
}

void board__rank(const struct board_input *input, const struct board_track *track,
                 struct board__ranking *out)
{
    out->track = track;
    out->case_count = board__case_count(track);
    out->rows = board__alloc(input->entry_count, sizeof *out->rows);
    out->cells = board__alloc(input->entry_count, out->case_count * sizeof *out->cells);
    size_t count = 0;
    for (size_t i = 0; i < input->entry_count; i++) {
        out->rows[count].cells = out->cells + count * out->case_count;
        if (make_row(input, out, &input->entries[i], &out->rows[count]))
            count++;
    }
    qsort(out->rows, count, sizeof *out->rows, by_team);
    out->entry_count = count;
    bool has_ladder = input->competition.has_ladder;
    out->team_count = count > 0 ? settle_teams(track, has_ladder, out->rows, count) : 0;
    qsort(out->rows, count, sizeof *out->rows, by_place);
    while (count > 0 && out->rows[count - 1].reason == REASON_LESSER)
        count--;
    out->row_count = count;
    while (out->ranked_count < count && out->rows[out->ranked_count].reason == REASON_NONE)
        out->ranked_count++;
    number_rows(out->rows, out->ranked_count);
    if (has_ladder)
        hide_unranked(out);
}

void board__ranking_release(struct board__ranking *ranking)
{
    board__statistics_free(ranking->statistics);
    free(ranking->rows);
    free(ranking->cells);
    free(ranking->steps);
}
