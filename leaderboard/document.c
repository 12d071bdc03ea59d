#include "board.h"

#include "announce.h"
#include "profile.h"
#include "ranking.h"
#include "statistics.h"
#include "text.h"
#include "wording.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Integers that a reader with doubles, such as a browser, takes exactly. */
static const uint64_t integer_max = (UINT64_C(1) << 53) - 1;

/* Takes value. jansson fails only without memory, or for a NaN, which no row holds. */
static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) {
        (void)fprintf(stderr, "cannot write \"%s\" of the board: out of memory\n", key);
        abort();
    }
}

static void put_take(json_t *object, const char *key, char *text)
{
    put(object, key, json_string(text));
    free(text);
}

/* Text from outside, made safe to show. */
static void put_text(json_t *object, const char *key, const char *text)
{
    put_take(object, key, board__escaped(text, false));
}

static void put_count(json_t *object, const char *key, uint64_t count)
{
    uint64_t shown = count < integer_max ? count : integer_max;
    put(object, key, json_integer((json_int_t)shown));
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) {
        (void)fputs("cannot write the board: out of memory\n", stderr);
        abort();
    }
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static int by_announcement(const void *left, const void *right)
{
    const struct board_extension *a = *(const struct board_extension *const *)left;
    const struct board_extension *b = *(const struct board_extension *const *)right;
    if (a->announced_ms != b->announced_ms)
        return a->announced_ms < b->announced_ms ? -1 : 1;
    const char *texts[][2] = {{a->new_instant, b->new_instant},
                              {a->old_instant, b->old_instant},
                              {a->announced_at, b->announced_at},
                              {a->reason, b->reason}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int order = strcmp(texts[i][0] != NULL ? texts[i][0] : "",
                           texts[i][1] != NULL ? texts[i][1] : "");
        if (order != 0)
            return order;
    }
    return 0;
}

static json_t *make_history(const struct board_competition *competition)
{
    json_t *history = json_array();
    size_t count = competition->extension_count;
    const struct board_extension **sorted = board__alloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &competition->extensions[i];
    qsort(sorted, count, sizeof *sorted, by_announcement);
    for (size_t i = 0; i < count; i++) {
        json_t *change = json_object();
        put_text(change, "announced_at", sorted[i]->announced_at);
        put_text(change, "old_instant", sorted[i]->old_instant);
        put_text(change, "new_instant", sorted[i]->new_instant);
        put_text(change, "reason", sorted[i]->reason);
        append(history, change);
    }
    free(sorted);
    return history;
}

static json_t *make_deadline(const struct board_competition *competition)
{
    json_t *deadline = json_object();
    put_text(deadline, "instant", competition->deadline_instant);
    put_text(deadline, "label", competition->deadline_label);
    put_take(deadline, "utc_text",
             has_text(competition->deadline_instant)
                 ? board__instant_text(competition->deadline_ms)
                 : board__strf("-"));
    put_text(deadline, "aoe_text", competition->deadline_aoe);
    put(deadline, "history", make_history(competition));
    return deadline;
}

static json_t *make_competition(const struct board_competition *competition)
{
    json_t *object = json_object();
    put_text(object, "id", competition->id);
    put_text(object, "title", competition->title);
    put_text(object, "split", competition->split);
    put(object, "is_practice", json_boolean(competition->is_practice));
    put(object, "notice_text",
        json_string(competition->is_practice ? BOARD__PRACTICE_TEXT : ""));
    return object;
}

static json_t *make_case_column(const struct board_track *track,
                                const struct board_case *column)
{
    json_t *object = json_object();
    bool is_mean = track->combine == BOARD_MEAN_OF_CASES;
    put_text(object, "id", column->id);
    put_text(object, "title", has_text(column->title) ? column->title : column->id);
    put(object, "worst", json_real(is_mean ? column->worst + 0.0 : 0.0));
    return object;
}

static json_t *make_task_column(const struct board_track *track,
                                const struct board_task *task)
{
    json_t *object = json_object();
    json_t *cases = json_array();
    for (size_t i = 0; i < task->case_count; i++)
        append(cases, make_case_column(track, &task->cases[i]));
    put_text(object, "id", task->id);
    put_text(object, "title", has_text(task->title) ? task->title : task->id);
    put_text(object, "metric", task->metric);
    put_text(object, "unit", task->unit);
    put(object, "better", json_string(task->is_lower_better ? "lower" : "higher"));
    if (track->combine == BOARD_WEIGHTED_POINTS) {
        put(object, "weight", json_real(task->weight));
        put(object, "cap", json_real(task->cap));
    }
    put(object, "cases", cases);
    return object;
}

/* Numbers of a case or a task that people read beside the machine's. */
static void put_costs(json_t *object, const struct board__cost *cost)
{
    put_count(object, "cpu_ns", cost->cpu_ns);
    put_take(object, "cpu_text",
             cost->has_run ? board__duration(cost->cpu_ns) : board__strf("-"));
    put_count(object, "wall_ns", cost->wall_ns);
    put_take(object, "wall_text",
             cost->has_run ? board__duration(cost->wall_ns) : board__strf("-"));
    put_count(object, "memory_bytes", cost->memory_bytes);
    put_take(object, "memory_text",
             cost->has_run ? board__size(cost->memory_bytes) : board__strf("-"));
}

static void put_value(json_t *object, const char *key, double value, int decimals)
{
    board__auto_free char *text_key = board__strf("%s_text", key);
    put(object, key, json_real(value));
    put_take(object, text_key, board__number(value, decimals));
}

/* Numbers of a track in the document. */
struct digits {
    int decimals;
    bool is_rounded; /* no number is finer than its text */
};

static json_t *make_real(double value, const struct digits *digits)
{
    return json_real(digits->is_rounded ? board__rounded(value, digits->decimals) : value);
}

static void put_shown(json_t *object, const char *key, double value,
                      const struct digits *digits)
{
    double shown = digits->is_rounded ? board__rounded(value, digits->decimals) : value;
    put_value(object, key, shown, digits->decimals);
}

static void put_points(json_t *object, double points, const struct digits *digits)
{
    const struct digits fewer = {
        board__point_decimals(digits->decimals, digits->is_rounded), digits->is_rounded};
    put_shown(object, "points", points, &fewer);
}

static json_t *make_timing(const struct board_timing *timing)
{
    json_t *object = json_object();
    put_count(object, "repeats", timing->repeats);
    put_count(object, "outliers", timing->outliers);
    put_count(object, "median_ns", timing->median_ns);
    put_take(object, "median_text", board__duration(timing->median_ns));
    put_count(object, "mad_ns", timing->mad_ns);
    put_value(object, "ratio", timing->ratio, BOARD__RATIO_DECIMALS);
    put_take(object, "text", board__timing_text(timing));
    return object;
}

static json_t *make_case(const struct board_case *column, const struct board__cell *cell,
                         const struct digits *digits)
{
    json_t *object = json_object();
    struct board__cost cost = board__cost(cell, 1);
    put_text(object, "id", column->id);
    put_text(object, "verdict", cell->verdict);
    put_shown(object, "value", cell->value, digits);
    if (cell->is_ok) {
        put_shown(object, "raw", cell->result->raw + 0.0, digits);
        put_points(object, cell->result->score + 0.0, digits);
    }
    put_costs(object, &cost);
    if (cell->result != NULL && cell->result->timing.repeats > 0 &&
        board__is_number(cell->result->timing.ratio))
        put(object, "timing", make_timing(&cell->result->timing));
    const char *message = cell->result != NULL ? cell->result->message : "";
    put_take(object, "message", board__escaped(message, true));
    return object;
}

static json_t *make_task(const struct board_task *task, const struct board__cell *cells,
                         const struct digits *digits)
{
    json_t *object = json_object();
    json_t *cases = json_array();
    struct board__cost cost = board__cost(cells, task->case_count);
    for (size_t i = 0; i < task->case_count; i++)
        append(cases, make_case(&task->cases[i], &cells[i], digits));
    put_text(object, "id", task->id);
    put_text(object, "verdict", board__verdict(cells, task->case_count));
    put_shown(object, "value", board__mean(cells, task->case_count), digits);
    put_costs(object, &cost);
    put(object, "cases", cases);
    return object;
}

static json_t *make_tasks(const struct board_track *track, const struct board__cell *cells,
                          const struct digits *digits)
{
    json_t *tasks = json_array();
    for (size_t i = 0; i < track->task_count; i++) {
        append(tasks, make_task(&track->tasks[i], cells, digits));
        cells += track->tasks[i].case_count;
    }
    return tasks;
}

static void put_entry(json_t *object, const struct board__row *row)
{
    const struct board_entry *entry = row->entry;
    put_text(object, "team", entry->team);
    put_text(object, "entry", entry->name);
    put_text(object, "digest", entry->digest);
    put_text(object, "received_at", entry->received_at);
    put_take(object, "received_text",
             board__has_arrival(entry) ? board__instant_text(entry->received_ms)
                                       : board__strf("-"));
    put(object, "seq", json_integer(entry->seq));
    put_count(object, "entry_count", row->entry_count);
}

/* The way of a ranked row's team to its score. */
static void put_steps(json_t *object, const struct board__ranking *ranking,
                      const struct board__row *row, const struct digits *digits)
{
    json_t *steps = json_array();
    for (size_t at = row->first_step; at != BOARD__NO_STEP; at = ranking->steps[at].next) {
        const struct board__step *step = &ranking->steps[at];
        const struct board_entry *entry = step->row->entry;
        json_t *item = json_object();
        put_text(item, "received_at", entry->received_at);
        put_take(item, "received_text", board__instant_text(entry->received_ms));
        put(item, "seq", json_integer(entry->seq));
        put_text(item, "entry", entry->name);
        put_shown(item, "score", step->row->score, digits);
        put_count(item, "rank", step->rank);
        append(steps, item);
    }
    put(object, "history", steps);
}

/* Takes text. */
static json_t *make_interval_take(json_t *low, json_t *high, char *text)
{
    json_t *interval = json_object();
    put(interval, "low", low);
    put(interval, "high", high);
    put_take(interval, "text", text);
    return interval;
}

static json_t *make_ranks(size_t low, size_t high)
{
    return make_interval_take(json_integer((json_int_t)low), json_integer((json_int_t)high),
                              board__ranks_text(low, high));
}

static json_t *make_fractions(const double *values)
{
    json_t *array = json_array();
    for (size_t i = 0; i < BOARD__PROFILE_POINTS; i++)
        append(array, json_real(values[i]));
    return array;
}

/* Of the ranked row number index. */
static void put_spread(json_t *object, const struct board__ranking *ranking, size_t index,
                       const struct digits *digits)
{
    const struct board__statistics *statistics = ranking->statistics;
    if (statistics == NULL)
        return;
    put(object, "profile",
        make_fractions(statistics->profiles + index * BOARD__PROFILE_POINTS));
    if (statistics->spreads == NULL)
        return;
    const struct board_spread *spread = &statistics->spreads[index];
    size_t replicates = statistics->replicates;
    put(object, "score_interval",
        make_interval_take(
            make_real(spread->score_low, digits), make_real(spread->score_high, digits),
            board__scores_text(spread->score_low, spread->score_high, digits->decimals)));
    put(object, "rank_interval", make_ranks(spread->rank_low, spread->rank_high));
    put(object, "rank_range", make_ranks(spread->out_low, spread->out_high));
    put(object, "tie_group", json_integer((json_int_t)spread->tie_group));
    put(object, "first_probability",
        json_real((double)spread->first_count / (double)replicates));
    put_take(object, "first_text", board__percent_text(spread->first_count, replicates));
}

static void put_statistics(json_t *object, const struct board__statistics *statistics)
{
    if (statistics == NULL)
        return;
    json_t *about = json_object();
    put_count(about, "replicates", statistics->replicates);
    put_take(about, "seed", board__strf("%016" PRIx64, statistics->seed));
    put(about, "level", json_real(BOARD_LEVEL));
    put_count(about, "unit_count", statistics->unit_count);
    put(about, "tie_alpha", json_real(BOARD_TIE_ALPHA));
    put_text(about, "method_text", statistics->method_text);
    put_text(about, "warning_text", statistics->warning_text);
    put(object, "statistics", about);
    put(object, "profile_ratios", make_fractions(board__profile_ratios));
}

/* How much the team can have learnt from what it was shown. */
static void put_leak(json_t *object, const struct board__ranking *ranking,
                     const struct board__row *row)
{
    double bits = board__leak(ranking, row);
    put(object, "leak_bits", json_real(board__rounded(bits, 1)));
    put_take(object, "leak_text", board__leak_text(row, bits));
}

static json_t *make_row(const struct board *board, const struct board__ranking *ranking,
                        const struct board__row *row)
{
    json_t *object = json_object();
    struct board__cost cost = board__cost(row->cells, ranking->case_count);
    bool is_rounded = board__is_rounded(&board->competition);
    const struct digits digits = {ranking->track->decimals, is_rounded};
    if (row->reason == REASON_NONE) {
        put_count(object, "rank", row->rank);
        put_take(object, "rank_text", board__rank_text(row));
    } else {
        put(object, "reason", json_string(board__reason_code(row->reason)));
        board__auto_free char *text =
            board__reason_text(&board->competition, row->entry, row->reason);
        put_text(object, "reason_text", text);
    }
    put_entry(object, row);
    if (row->is_valid)
        put_shown(object, "score", row->score, &digits);
    else
        put(object, "score_text", json_string("-"));
    put_text(object, "verdict", board__verdict(row->cells, ranking->case_count));
    put_costs(object, &cost);
    if (row->reason == REASON_NONE)
        put_spread(object, ranking, (size_t)(row - ranking->rows), &digits);
    if (row->reason == REASON_NONE && is_rounded)
        put_leak(object, ranking, row);
    put(object, "tasks", make_tasks(ranking->track, row->cells, &digits));
    if (row->first_step != BOARD__NO_STEP)
        put_steps(object, ranking, row, &digits);
    return object;
}

static json_t *make_track(const struct board *board, const struct board__ranking *ranking)
{
    const struct board_track *track = ranking->track;
    json_t *object = json_object();
    json_t *tasks = json_array();
    json_t *rows = json_array();
    json_t *unranked = json_array();
    for (size_t i = 0; i < track->task_count; i++)
        append(tasks, make_task_column(track, &track->tasks[i]));
    for (size_t i = 0; i < ranking->row_count; i++)
        append(i < ranking->ranked_count ? rows : unranked,
               make_row(board, ranking, &ranking->rows[i]));
    put_text(object, "id", track->id);
    put_text(object, "title", has_text(track->title) ? track->title : track->id);
    put(object, "combine", json_string(board__combine_code(track)));
    put(object, "combine_text", json_string(board__combine_text(track)));
    put(object, "decimals", json_integer(track->decimals));
    put_count(object, "team_count", ranking->team_count);
    put_count(object, "entry_count", ranking->entry_count);
    if (board->competition.has_ladder)
        put(object, "ladder_text", json_string(BOARD__LADDER_TEXT));
    put_statistics(object, ranking->statistics);
    put(object, "tasks", tasks);
    put(object, "rows", rows);
    put(object, "unranked", unranked);
    return object;
}

char *board_to_json(const struct board *board)
{
    const struct board_competition *competition = &board->competition;
    json_t *root = json_object();
    json_t *tracks = json_array();
    for (size_t i = 0; i < competition->track_count; i++)
        append(tracks, make_track(board, &board->rankings[i]));
    put(root, "schema", json_string("podium.leaderboard/1"));
    put_text(root, "podium_version", competition->podium_version);
    put(root, "competition", make_competition(competition));
    put_text(root, "as_of", competition->as_of);
    put_take(root, "as_of_text", board__instant_text(competition->as_of_ms));
    put_text(root, "log_head", competition->log_head);
    put(root, "deadline", make_deadline(competition));
    put(root, "order_text", json_string(BOARD__ORDER_TEXT));
    put(root, "tracks", tracks);
    board__auto_free char *text =
        json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(root);
    if (text == NULL) {
        (void)fputs("cannot write the board: out of memory\n", stderr);
        abort();
    }
    return board__strf("%s\n", text);
}
