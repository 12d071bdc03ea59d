#include "board.h"

#include "history.h"
#include "ranking.h"
#include "statistics.h"
#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 17 };

/* What statistics keep in memory: 800 MB of scores, 300 MB of pairs of teams. */
enum { TEAMS_MAX = 5000 };
static const size_t SCORES_MAX = 100000000;
static const double SUMS_MAX = 1e11; /* some twenty seconds */

/* Always false. A message that does not fit is cut; text from outside is escaped. */
static bool refuse(struct board_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(struct board_error *err, const char *format, ...)
{
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    board__auto_free char *escaped = board__escaped(length < 0 ? format : message, false);
    if (snprintf(err->message, sizeof err->message, "%s", escaped) < 0)
        err->message[0] = '\0';
    return false;
}

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static bool check_case(const struct board_task *task, size_t index, struct board_error *err)
{
    const struct board_case *column = &task->cases[index];
    if (is_empty(column->id))
        return refuse(err, "task \"%s\": a case has no id", task->id);
    if (!board__is_number(column->worst))
        return refuse(err, "case \"%s\" of task \"%s\": its worst value is no number",
                      column->id, task->id);
    for (size_t i = 0; i < index; i++) {
        if (strcmp(task->cases[i].id, column->id) == 0)
            return refuse(err, "task \"%s\": case \"%s\" is listed twice", task->id,
                          column->id);
    }
    return true;
}

/* Bounds that keep every sum of the total finite. */
static bool is_factor(double value)
{
    return value >= 1e-9 && value <= 1e9;
}

static bool check_rule(const struct board_track *track, const struct board_task *task,
                       struct board_error *err)
{
    if (track->combine == BOARD_MEAN_OF_CASES && task->is_lower_better)
        return refuse(err,
                      "task \"%s\": lower is better, so its raw values cannot be averaged "
                      "into a score; use points",
                      task->id);
    if (track->combine == BOARD_WEIGHTED_POINTS &&
        (!is_factor(task->weight) || !is_factor(task->cap)))
        return refuse(err, "task \"%s\": weight and cap must lie between 1e-9 and 1e9",
                      task->id);
    return true;
}

static bool check_task(const struct board_track *track, size_t index,
                       struct board_error *err)
{
    const struct board_task *task = &track->tasks[index];
    if (is_empty(task->id))
        return refuse(err, "track \"%s\": a task has no id", track->id);
    for (size_t i = 0; i < index; i++) {
        if (strcmp(track->tasks[i].id, task->id) == 0)
            return refuse(err, "track \"%s\": task \"%s\" is listed twice", track->id,
                          task->id);
    }
    if (task->case_count == 0)
        return refuse(err, "task \"%s\" has no cases", task->id);
    for (size_t i = 0; i < task->case_count; i++) {
        if (!check_case(task, i, err))
            return false;
    }
    return check_rule(track, task, err);
}

static bool check_track(const struct board_competition *competition, size_t index,
                        struct board_error *err)
{
    const struct board_track *track = &competition->tracks[index];
    if (is_empty(track->id))
        return refuse(err, "a track has no id");
    for (size_t i = 0; i < index; i++) {
        if (strcmp(competition->tracks[i].id, track->id) == 0)
            return refuse(err, "track \"%s\" is listed twice", track->id);
    }
    if (track->combine != BOARD_MEAN_OF_CASES && track->combine != BOARD_WEIGHTED_POINTS)
        return refuse(err, "track \"%s\": no such rule to combine scores", track->id);
    if (track->decimals < 0 || track->decimals > DECIMALS_MAX)
        return refuse(err, "track \"%s\": decimals must be 0 to %d, not %d", track->id,
                      DECIMALS_MAX, track->decimals);
    if (track->task_count == 0)
        return refuse(err, "track \"%s\" has no tasks", track->id);
    for (size_t i = 0; i < track->task_count; i++) {
        if (!check_task(track, i, err))
            return false;
    }
    return true;
}

static bool check_competition(const struct board_competition *competition,
                              struct board_error *err)
{
    if (is_empty(competition->id))
        return refuse(err, "the competition has no id");
    if (is_empty(competition->as_of))
        return refuse(err, "the board has no instant: as_of is empty");
    if (competition->track_count == 0)
        return refuse(err, "competition \"%s\" has no tracks", competition->id);
    if (competition->replicates > 0 && (competition->replicates < BOARD_REPLICATES_MIN ||
                                        competition->replicates > BOARD_REPLICATES_MAX))
        return refuse(err,
                      "%zu replicates: resampling takes %d to %d of them, or 0 for none",
                      competition->replicates, BOARD_REPLICATES_MIN, BOARD_REPLICATES_MAX);
    for (size_t i = 0; i < competition->track_count; i++) {
        if (!check_track(competition, i, err))
            return false;
    }
    return true;
}

static int by_task_and_case(const void *left, const void *right)
{
    const struct board_result *a = *(const struct board_result *const *)left;
    const struct board_result *b = *(const struct board_result *const *)right;
    int order = strcmp(a->task, b->task);
    return order != 0 ? order : strcmp(a->case_id, b->case_id);
}

/* Repeats of a case are one result by the time they come here: two would let the order of
 * the list decide the score. */
static bool check_entry(const struct board_entry *entry, struct board_error *err)
{
    const char *name = entry->name != NULL ? entry->name : "";
    const struct board_result **sorted = board__alloc(entry->result_count, sizeof *sorted);
    bool is_fine = true;
    for (size_t i = 0; i < entry->result_count && is_fine; i++) {
        sorted[i] = &entry->results[i];
        if (is_empty(sorted[i]->task) || is_empty(sorted[i]->case_id) ||
            is_empty(sorted[i]->verdict))
            is_fine =
                refuse(err, "entry \"%s\": a result lacks task, case or verdict", name);
    }
    if (is_fine)
        qsort(sorted, entry->result_count, sizeof *sorted, by_task_and_case);
    for (size_t i = 1; i < entry->result_count && is_fine; i++) {
        if (by_task_and_case(&sorted[i - 1], &sorted[i]) == 0)
            is_fine =
                refuse(err, "entry \"%s\": two results for case \"%s\" of task \"%s\"",
                       name, sorted[i]->case_id, sorted[i]->task);
    }
    free(sorted);
    return is_fine;
}

static int by_arrival(const void *left, const void *right)
{
    return board__compare_arrival(*(const struct board_entry *const *)left,
                                  *(const struct board_entry *const *)right);
}

/* In order of arrival, so that the first defect does not depend on the order of the list.
 */
static bool check_entries(const struct board_entry *entries, size_t count,
                          struct board_error *err)
{
    const struct board_entry **sorted = board__alloc(count, sizeof *sorted);
    bool is_fine = true;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &entries[i];
    qsort(sorted, count, sizeof *sorted, by_arrival);
    for (size_t i = 0; i < count && is_fine; i++) {
        is_fine = check_entry(sorted[i], err);
        if (i > 0 && is_fine && by_arrival(&sorted[i - 1], &sorted[i]) == 0)
            is_fine = refuse(err, "entry \"%s\" of team \"%s\" is listed twice",
                             sorted[i]->name != NULL ? sorted[i]->name : "",
                             sorted[i]->team != NULL ? sorted[i]->team : "");
    }
    free(sorted);
    return is_fine;
}

/* The most that one of them has. */
static size_t count_items(const struct board__ranking *ranking)
{
    size_t most = 0;
    for (size_t i = 0; i < ranking->ranked_count; i++) {
        size_t items = 0;
        for (size_t c = 0; c < ranking->case_count; c++) {
            const struct board_result *result = ranking->rows[i].cells[c].result;
            items += result != NULL ? result->item_count : 0;
        }
        most = items > most ? items : most;
    }
    return most;
}

static bool add_statistics(const struct board_competition *competition,
                           struct board__ranking *ranking, struct board_error *err)
{
    size_t replicates = competition->replicates;
    size_t teams = ranking->ranked_count;
    if (teams > TEAMS_MAX && replicates > 0)
        return refuse(err, "track \"%s\": %zu teams are too many to resample; at most %d",
                      ranking->track->id, teams, TEAMS_MAX);
    if (teams * replicates > SCORES_MAX)
        return refuse(err,
                      "track \"%s\": %zu teams times %zu replicates are too many scores; "
                      "lower the replicates to %zu",
                      ranking->track->id, teams, replicates, SCORES_MAX / teams);
    size_t items = count_items(ranking);
    if ((double)teams * (double)replicates * (double)items > SUMS_MAX)
        return refuse(err,
                      "track \"%s\": %zu teams times %zu items times %zu replicates would "
                      "take minutes; lower the replicates",
                      ranking->track->id, teams, items, replicates);
    ranking->statistics = board__statistics_new(ranking, replicates, competition->seed);
    return true;
}

struct board *board_new(const struct board_input *input, struct board_error *err)
{
    err->message[0] = '\0';
    if (!check_competition(&input->competition, err) ||
        !check_entries(input->entries, input->entry_count, err))
        return NULL;
    struct board *board = board__alloc(1, sizeof *board);
    board->competition = input->competition;
    size_t count = input->competition.track_count;
    board->rankings = board__alloc(count, sizeof *board->rankings);
    bool is_fine = true;
    for (size_t i = 0; i < count && is_fine; i++) {
        board__rank(input, &input->competition.tracks[i], &board->rankings[i]);
        board__trace(&board->rankings[i]);
        is_fine = add_statistics(&input->competition, &board->rankings[i], err);
    }
    if (is_fine)
        return board;
    board_free(board);
    return NULL;
}

void board_free(struct board *board)
{
    if (board == NULL)
        return;
    for (size_t i = 0; i < board->competition.track_count; i++)
        board__ranking_release(&board->rankings[i]);
    free(board->rankings);
    free(board);
}

void board_each_ranked(const struct board *board, board_visit visit, void *context)
{
    for (size_t i = 0; i < board->competition.track_count; i++)
        for (size_t k = 0; k < board->rankings[i].ranked_count; k++)
            visit(context, board->rankings[i].rows[k].entry);
}
