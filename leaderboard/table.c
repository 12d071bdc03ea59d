#include "board.h"

#include "grid.h"
#include "ranking.h"
#include "statistics.h"
#include "text.h"
#include "wording.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

enum {
    WIDTH_LEAST = 40,
    TEAM_WIDTH_LEAST = 10,
    ENTRY_WIDTH_LEAST = 8,
    SHORT_NAME_WIDTH = 24,
};

/* Columns before those of the cases or tasks. */
enum { AT_RANK, AT_TEAM, AT_ENTRY, AT_SCORE, AT_REACH, AT_RANKS, AT_FIRST_CASE };

static const char bad_style[] = "31";
static const char first_style[] = "1";

/* One line, cut where the view ends. */
static void print_line(const struct board_view *view, FILE *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void print_line(const struct board_view *view, FILE *out, const char *format, ...)
{
    board__auto_free char *line = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&line, format, args);
    va_end(args);
    if (length < 0) {
        line = NULL;
        return;
    }
    board__auto_free char *safe = board__escaped(line, false);
    board__auto_free char *shown =
        view->columns > 0 ? board__cut(safe, view->columns) : board__strf("%s", safe);
    (void)fprintf(out, "%s\n", shown);
}

static const char *or_dash(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : "-";
}

static void print_title(const struct board *board, const struct board_view *view, FILE *out)
{
    const struct board_competition *competition = &board->competition;
    size_t changes = competition->extension_count;
    print_line(view, out, "%s", or_dash(competition->title));
    if (competition->is_practice)
        print_line(view, out, "%s", BOARD__PRACTICE_TEXT);
    else if (competition->deadline_instant != NULL && competition->deadline_instant[0])
        print_line(view, out, "deadline %s, before %s%s",
                   or_dash(competition->deadline_label), competition->deadline_instant,
                   changes > 0 ? ", changed (see the history in leaderboard.json)" : "");
    print_line(view, out, "as of %s, %s split, podium %s", competition->as_of,
               or_dash(competition->split), or_dash(competition->podium_version));
}

static void set_column(struct board__grid *grid, size_t index,
                       const struct board__column *column)
{
    char *head = board__escaped(column->head, false);
    grid->columns[index] = *column;
    grid->columns[index].head = head;
}

static bool has_spreads(const struct board__ranking *ranking)
{
    return ranking->statistics != NULL && ranking->statistics->spreads != NULL;
}

/* How far the score's interval reaches to its farther side, and the interval of the rank.
 */
static void set_spread(struct board__grid *grid, const struct board__ranking *ranking,
                       size_t index)
{
    char *reach = NULL, *ranks = NULL;
    if (has_spreads(ranking)) {
        const struct board_spread *spread = &ranking->statistics->spreads[index];
        double score = ranking->rows[index].score;
        reach = board__number(fmax(score - spread->score_low, spread->score_high - score),
                              ranking->track->decimals);
        ranks = board__ranks_text(spread->rank_low, spread->rank_high);
    }
    board__grid_set_take(grid, index, AT_REACH, reach != NULL ? reach : board__strf("-"));
    board__grid_set_take(grid, index, AT_RANKS, ranks != NULL ? ranks : board__strf("-"));
}

/* Where tasks of many cases add up by points, a column is a task and says its mean; what
 * each case came to is in the JSON. */
static bool has_task_columns(const struct board_track *track)
{
    return track->combine == BOARD_WEIGHTED_POINTS;
}

static size_t count_columns(const struct board__ranking *ranking)
{
    return has_task_columns(ranking->track) ? ranking->track->task_count
                                            : ranking->case_count;
}

static void add_column(struct board__grid *grid, size_t *at, const char *id)
{
    board__auto_free char *head = board__strf("%s", id);
    set_column(grid, (*at)++,
               &(struct board__column){.head = head, .is_right = true, .drop = 1});
}

static void set_columns(struct board__grid *grid, const struct board__ranking *ranking)
{
    const struct board_track *track = ranking->track;
    bool is_hidden = !has_spreads(ranking);
    char rank[] = "#", team[] = "team", entry[] = "entry", score[] = "score", cpu[] = "CPU";
    char reach[] = "±", ranks[] = "ranks";
    struct board__column first[] = {
        [AT_RANK] = {.head = rank, .is_right = true},
        [AT_TEAM] = {.head = team, .min_width = TEAM_WIDTH_LEAST},
        [AT_ENTRY] = {.head = entry, .min_width = ENTRY_WIDTH_LEAST, .drop = 2},
        [AT_SCORE] = {.head = score, .is_right = true},
        [AT_REACH] = {.head = reach, .is_right = true, .drop = 4, .is_hidden = is_hidden},
        [AT_RANKS] = {.head = ranks, .is_right = true, .drop = 3, .is_hidden = is_hidden},
    };
    size_t at = 0;
    for (; at < AT_FIRST_CASE; at++)
        set_column(grid, at, &first[at]);
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        if (has_task_columns(track))
            add_column(grid, &at, task->id);
        for (size_t k = 0; !has_task_columns(track) && k < task->case_count; k++)
            add_column(grid, &at, task->cases[k].id);
    }
    set_column(grid, at, &(struct board__column){.head = cpu, .is_right = true});
}

static void set_value(struct board__grid *grid, size_t row, size_t column, char *text_take,
                      bool is_ok)
{
    board__grid_set_take(grid, row, column, text_take);
    if (!is_ok)
        grid->cells[row * grid->column_count + column].style = bad_style;
}

static void set_case_values(struct board__grid *grid, const struct board__ranking *ranking,
                            size_t index)
{
    for (size_t i = 0; i < ranking->case_count; i++) {
        const struct board__cell *cell = &ranking->rows[index].cells[i];
        set_value(grid, index, AT_FIRST_CASE + i,
                  cell->is_ok ? board__number(cell->value, ranking->track->decimals)
                              : board__escaped(cell->verdict, false),
                  cell->is_ok);
    }
}

static void set_task_values(struct board__grid *grid, const struct board__ranking *ranking,
                            size_t index)
{
    const struct board__cell *cells = ranking->rows[index].cells;
    for (size_t i = 0; i < ranking->track->task_count; i++) {
        size_t count = ranking->track->tasks[i].case_count;
        const char *verdict = board__verdict(cells, count);
        bool is_tried = strcmp(verdict, "-") != 0;
        double mean = board__mean(cells, count);
        set_value(grid, index, AT_FIRST_CASE + i,
                  is_tried ? board__number(mean, ranking->track->decimals)
                           : board__strf("-"),
                  strcmp(verdict, "OK") == 0);
        cells += count;
    }
}

static void set_row(struct board__grid *grid, const struct board__ranking *ranking,
                    size_t index)
{
    const struct board__row *row = &ranking->rows[index];
    int decimals = ranking->track->decimals;
    struct board__cost cost = board__cost(row->cells, ranking->case_count);
    board__grid_set_take(grid, index, AT_RANK, board__rank_text(row));
    board__grid_set_take(grid, index, AT_TEAM, board__escaped(row->entry->team, false));
    board__grid_set_take(grid, index, AT_ENTRY, board__escaped(row->entry->name, false));
    board__grid_set_take(grid, index, AT_SCORE, board__number(row->score, decimals));
    if (has_task_columns(ranking->track))
        set_task_values(grid, ranking, index);
    else
        set_case_values(grid, ranking, index);
    board__grid_set_take(grid, index, AT_FIRST_CASE + count_columns(ranking),
                         cost.has_run ? board__duration(cost.cpu_ns) : board__strf("-"));
    if (row->rank == 1)
        grid->cells[index * grid->column_count + AT_TEAM].style = first_style;
}

static void print_ranked(const struct board__ranking *ranking,
                         const struct board_view *view, FILE *out)
{
    struct board__grid grid;
    board__grid_init(&grid, AT_FIRST_CASE + count_columns(ranking) + 1,
                     ranking->ranked_count);
    set_columns(&grid, ranking);
    for (size_t i = 0; i < ranking->ranked_count; i++) {
        set_row(&grid, ranking, i);
        set_spread(&grid, ranking, i);
    }
    size_t hidden = board__grid_fit(&grid, view->columns);
    board__grid_print(&grid, view->is_colour, out);
    if (hidden > 0)
        print_line(view, out, "%zu %s left out to keep within %d columns", hidden,
                   hidden == 1 ? "column" : "columns", view->columns);
    board__grid_release(&grid);
    if (ranking->statistics != NULL && ranking->statistics->warning_text[0] != '\0')
        print_line(view, out, "%s", ranking->statistics->warning_text);
}

/* So that a long name leaves room for the reason. */
static char *short_name(const char *name)
{
    board__auto_free char *safe = board__escaped(or_dash(name), false);
    return board__cut(safe, SHORT_NAME_WIDTH);
}

static void print_unranked(const struct board *board, const struct board__ranking *ranking,
                           const struct board_view *view, FILE *out)
{
    if (ranking->row_count > ranking->ranked_count)
        print_line(view, out, "not ranked:");
    for (size_t i = ranking->ranked_count; i < ranking->row_count; i++) {
        const struct board__row *row = &ranking->rows[i];
        const char *verdict = board__verdict(row->cells, ranking->case_count);
        bool shows_verdict = row->reason == REASON_NO_VALID_RESULT;
        board__auto_free char *reason =
            board__reason_text(&board->competition, row->entry, row->reason);
        board__auto_free char *team = short_name(row->entry->team);
        board__auto_free char *entry = short_name(row->entry->name);
        print_line(view, out, "  %s / %s: %s%s%s%s", team, entry, reason,
                   shows_verdict ? " (" : "", shows_verdict ? verdict : "",
                   shows_verdict ? ")" : "");
    }
}

static void print_track(const struct board *board, const struct board__ranking *ranking,
                        const struct board_view *view, FILE *out)
{
    const struct board_track *track = ranking->track;
    (void)fputc('\n', out);
    print_line(view, out, "%s (%s%s)",
               track->title != NULL && track->title[0] != '\0' ? track->title : track->id,
               board__combine_code(track),
               board->competition.has_ladder ? ", as the Ladder announces" : "");
    if (ranking->ranked_count > 0)
        print_ranked(ranking, view, out);
    else
        print_line(view, out, "nobody is ranked");
    print_unranked(board, ranking, view, out);
}

bool board_print(const struct board *board, const struct board_view *view, FILE *out)
{
    struct board_view kept = *view;
    bool is_found = false;
    if (kept.columns > 0 && kept.columns < WIDTH_LEAST)
        kept.columns = WIDTH_LEAST;
    for (size_t i = 0; i < board->competition.track_count; i++) {
        const struct board__ranking *ranking = &board->rankings[i];
        if (kept.track != NULL && strcmp(kept.track, ranking->track->id) != 0)
            continue;
        if (!is_found)
            print_title(board, &kept, out);
        is_found = true;
        print_track(board, ranking, &kept, out);
    }
    errno = is_found ? errno : 0;
    return is_found && fflush(out) == 0 && !ferror(out);
}
