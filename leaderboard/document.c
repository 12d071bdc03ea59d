#include "board.h"

#include "announce.h"
#include "profile.h"
#include "ranking.h"
#include "statistics.h"
#include "text.h"
#include "wording.h"
#include "writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Integers that a reader with doubles, such as a browser, takes exactly. */
static const uint64_t integer_max = (UINT64_C(1) << 53) - 1;

static void put_take(struct board__writer *out, const char *key, char *text)
{
    board__write_string(out, key, text);
    free(text);
}

/* Text from outside, made safe to show. */
static void put_text(struct board__writer *out, const char *key, const char *text)
{
    board__write_escaped(out, key, text, false);
}

static void put_count(struct board__writer *out, const char *key, uint64_t count)
{
    uint64_t shown = count < integer_max ? count : integer_max;
    board__write_integer(out, key, (int64_t)shown);
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

static void put_history(struct board__writer *out,
                        const struct board_competition *competition)
{
    size_t count = competition->extension_count;
    const struct board_extension **sorted = board__alloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &competition->extensions[i];
    qsort(sorted, count, sizeof *sorted, by_announcement);
    board__open_array(out, "history");
    for (size_t i = 0; i < count; i++) {
        board__open_object(out, NULL);
        put_text(out, "announced_at", sorted[i]->announced_at);
        put_text(out, "old_instant", sorted[i]->old_instant);
        put_text(out, "new_instant", sorted[i]->new_instant);
        put_text(out, "reason", sorted[i]->reason);
        board__close_object(out);
    }
    board__close_array(out);
    free(sorted);
}

static void put_deadline(struct board__writer *out,
                         const struct board_competition *competition)
{
    board__open_object(out, "deadline");
    put_text(out, "instant", competition->deadline_instant);
    put_text(out, "label", competition->deadline_label);
    put_take(out, "utc_text",
             has_text(competition->deadline_instant)
                 ? board__instant_text(competition->deadline_ms)
                 : board__strf("-"));
    put_text(out, "aoe_text", competition->deadline_aoe);
    put_history(out, competition);
    board__close_object(out);
}

static void put_competition(struct board__writer *out,
                            const struct board_competition *competition)
{
    board__open_object(out, "competition");
    put_text(out, "id", competition->id);
    put_text(out, "title", competition->title);
    put_text(out, "split", competition->split);
    board__write_bool(out, "is_practice", competition->is_practice);
    board__write_string(out, "notice_text",
                        competition->is_practice ? BOARD__PRACTICE_TEXT : "");
    board__close_object(out);
}

static void put_case_column(struct board__writer *out, const struct board_track *track,
                            const struct board_case *column)
{
    bool is_mean = track->combine == BOARD_MEAN_OF_CASES;
    board__open_object(out, NULL);
    put_text(out, "id", column->id);
    put_text(out, "title", has_text(column->title) ? column->title : column->id);
    board__write_real(out, "worst", is_mean ? column->worst + 0.0 : 0.0);
    board__close_object(out);
}

static void put_task_column(struct board__writer *out, const struct board_track *track,
                            const struct board_task *task)
{
    board__open_object(out, NULL);
    put_text(out, "id", task->id);
    put_text(out, "title", has_text(task->title) ? task->title : task->id);
    put_text(out, "metric", task->metric);
    put_text(out, "unit", task->unit);
    board__write_string(out, "better", task->is_lower_better ? "lower" : "higher");
    if (track->combine == BOARD_WEIGHTED_POINTS) {
        board__write_real(out, "weight", task->weight);
        board__write_real(out, "cap", task->cap);
    }
    board__open_array(out, "cases");
    for (size_t i = 0; i < task->case_count; i++)
        put_case_column(out, track, &task->cases[i]);
    board__close_array(out);
    board__close_object(out);
}

/* The number and, where the entry ran, what people read beside it. Takes text. */
static void put_cost(struct board__writer *out, const char *const keys[2], uint64_t count,
                     char *text)
{
    put_count(out, keys[0], count);
    board__write_string(out, keys[1], text != NULL ? text : "-");
    free(text);
}

/* Numbers of a case or a task that people read beside the machine's. */
static void put_costs(struct board__writer *out, const struct board__cost *cost)
{
    static const char *const cpu[] = {"cpu_ns", "cpu_text"};
    static const char *const wall[] = {"wall_ns", "wall_text"};
    static const char *const memory[] = {"memory_bytes", "memory_text"};
    bool has_run = cost->has_run;
    put_cost(out, cpu, cost->cpu_ns, has_run ? board__duration(cost->cpu_ns) : NULL);
    put_cost(out, wall, cost->wall_ns, has_run ? board__duration(cost->wall_ns) : NULL);
    put_cost(out, memory, cost->memory_bytes,
             has_run ? board__size(cost->memory_bytes) : NULL);
}

/* Keys of a number and of its text. */
static const char *const VALUE[] = {"value", "value_text"};
static const char *const RAW[] = {"raw", "raw_text"};
static const char *const POINTS[] = {"points", "points_text"};
static const char *const SCORE[] = {"score", "score_text"};
static const char *const RATIO[] = {"ratio", "ratio_text"};

static void put_value(struct board__writer *out, const char *const keys[2], double value,
                      int decimals)
{
    board__write_real(out, keys[0], value);
    put_take(out, keys[1], board__number(value, decimals));
}

/* Numbers of a track in the document. */
struct digits {
    int decimals;
    bool is_rounded; /* no number is finer than its text */
};

static double shown_value(double value, const struct digits *digits)
{
    return digits->is_rounded ? board__rounded(value, digits->decimals) : value;
}

static void put_shown(struct board__writer *out, const char *const keys[2], double value,
                      const struct digits *digits)
{
    put_value(out, keys, shown_value(value, digits), digits->decimals);
}

static void put_points(struct board__writer *out, double points,
                       const struct digits *digits)
{
    const struct digits fewer = {
        board__point_decimals(digits->decimals, digits->is_rounded), digits->is_rounded};
    put_shown(out, POINTS, points, &fewer);
}

static void put_timing(struct board__writer *out, const struct board_timing *timing)
{
    board__open_object(out, "timing");
    put_count(out, "repeats", timing->repeats);
    put_count(out, "outliers", timing->outliers);
    put_count(out, "median_ns", timing->median_ns);
    put_take(out, "median_text", board__duration(timing->median_ns));
    put_count(out, "mad_ns", timing->mad_ns);
    put_value(out, RATIO, timing->ratio, BOARD__RATIO_DECIMALS);
    put_take(out, "text", board__timing_text(timing));
    board__close_object(out);
}

static void put_case(struct board__writer *out, const struct board_case *column,
                     const struct board__cell *cell, const struct digits *digits)
{
    struct board__cost cost = board__cost(cell, 1);
    board__open_object(out, NULL);
    put_text(out, "id", column->id);
    put_text(out, "verdict", cell->verdict);
    put_shown(out, VALUE, cell->value, digits);
    if (cell->is_ok) {
        put_shown(out, RAW, cell->result->raw + 0.0, digits);
        put_points(out, cell->result->score + 0.0, digits);
    }
    put_costs(out, &cost);
    if (cell->result != NULL && cell->result->timing.repeats > 0 &&
        board__is_number(cell->result->timing.ratio))
        put_timing(out, &cell->result->timing);
    board__write_escaped(out, "message", cell->result != NULL ? cell->result->message : "",
                         true);
    board__close_object(out);
}

static void put_task(struct board__writer *out, const struct board_task *task,
                     const struct board__cell *cells, const struct digits *digits)
{
    struct board__cost cost = board__cost(cells, task->case_count);
    board__open_object(out, NULL);
    put_text(out, "id", task->id);
    put_text(out, "verdict", board__verdict(cells, task->case_count));
    put_shown(out, VALUE, board__mean(cells, task->case_count), digits);
    put_costs(out, &cost);
    board__open_array(out, "cases");
    for (size_t i = 0; i < task->case_count; i++)
        put_case(out, &task->cases[i], &cells[i], digits);
    board__close_array(out);
    board__close_object(out);
}

static void put_tasks(struct board__writer *out, const struct board_track *track,
                      const struct board__cell *cells, const struct digits *digits)
{
    board__open_array(out, "tasks");
    for (size_t i = 0; i < track->task_count; i++) {
        put_task(out, &track->tasks[i], cells, digits);
        cells += track->tasks[i].case_count;
    }
    board__close_array(out);
}

static void put_entry(struct board__writer *out, const struct board__row *row)
{
    const struct board_entry *entry = row->entry;
    put_text(out, "team", entry->team);
    put_text(out, "entry", entry->name);
    put_text(out, "digest", entry->digest);
    put_text(out, "received_at", entry->received_at);
    put_take(out, "received_text",
             board__has_arrival(entry) ? board__instant_text(entry->received_ms)
                                       : board__strf("-"));
    board__write_integer(out, "seq", entry->seq);
    put_count(out, "entry_count", row->entry_count);
}

/* The way of a ranked row's team to its score. */
static void put_steps(struct board__writer *out, const struct board__ranking *ranking,
                      const struct board__row *row, const struct digits *digits)
{
    board__open_array(out, "history");
    for (size_t at = row->first_step; at != BOARD__NO_STEP; at = ranking->steps[at].next) {
        const struct board__step *step = &ranking->steps[at];
        const struct board_entry *entry = step->row->entry;
        board__open_object(out, NULL);
        put_text(out, "received_at", entry->received_at);
        put_take(out, "received_text", board__instant_text(entry->received_ms));
        board__write_integer(out, "seq", entry->seq);
        put_text(out, "entry", entry->name);
        put_shown(out, SCORE, step->row->score, digits);
        put_count(out, "rank", step->rank);
        board__close_object(out);
    }
    board__close_array(out);
}

static void put_ranks(struct board__writer *out, const char *key, size_t low, size_t high)
{
    board__open_object(out, key);
    board__write_integer(out, "low", (int64_t)low);
    board__write_integer(out, "high", (int64_t)high);
    put_take(out, "text", board__ranks_text(low, high));
    board__close_object(out);
}

static void put_scores(struct board__writer *out, const struct board_spread *spread,
                       const struct digits *digits)
{
    board__open_object(out, "score_interval");
    board__write_real(out, "low", shown_value(spread->score_low, digits));
    board__write_real(out, "high", shown_value(spread->score_high, digits));
    put_take(out, "text",
             board__scores_text(spread->score_low, spread->score_high, digits->decimals));
    board__close_object(out);
}

static void put_fractions(struct board__writer *out, const char *key, const double *values)
{
    board__open_array(out, key);
    for (size_t i = 0; i < BOARD__PROFILE_POINTS; i++)
        board__write_real(out, NULL, values[i]);
    board__close_array(out);
}

/* Of the ranked row number index. */
static void put_spread(struct board__writer *out, const struct board__ranking *ranking,
                       size_t index, const struct digits *digits)
{
    const struct board__statistics *statistics = ranking->statistics;
    if (statistics == NULL)
        return;
    put_fractions(out, "profile", statistics->profiles + index * BOARD__PROFILE_POINTS);
    if (statistics->spreads == NULL)
        return;
    const struct board_spread *spread = &statistics->spreads[index];
    size_t replicates = statistics->replicates;
    put_scores(out, spread, digits);
    put_ranks(out, "rank_interval", spread->rank_low, spread->rank_high);
    put_ranks(out, "rank_range", spread->out_low, spread->out_high);
    board__write_integer(out, "tie_group", (int64_t)spread->tie_group);
    board__write_real(out, "first_probability",
                      (double)spread->first_count / (double)replicates);
    put_take(out, "first_text", board__percent_text(spread->first_count, replicates));
}

static void put_statistics(struct board__writer *out,
                           const struct board__statistics *statistics)
{
    if (statistics == NULL)
        return;
    board__open_object(out, "statistics");
    put_count(out, "replicates", statistics->replicates);
    put_take(out, "seed", board__strf("%016" PRIx64, statistics->seed));
    board__write_real(out, "level", BOARD_LEVEL);
    put_count(out, "unit_count", statistics->unit_count);
    board__write_real(out, "tie_alpha", BOARD_TIE_ALPHA);
    put_text(out, "method_text", statistics->method_text);
    put_text(out, "warning_text", statistics->warning_text);
    board__close_object(out);
    put_fractions(out, "profile_ratios", board__profile_ratios);
}

/* How much the team can have learnt from what it was shown. */
static void put_leak(struct board__writer *out, const struct board__ranking *ranking,
                     const struct board__row *row)
{
    double bits = board__leak(ranking, row);
    board__write_real(out, "leak_bits", board__rounded(bits, 1));
    put_take(out, "leak_text", board__leak_text(row, bits));
}

static void put_place(struct board__writer *out, const struct board *board,
                      const struct board__row *row)
{
    if (row->reason == REASON_NONE) {
        put_count(out, "rank", row->rank);
        put_take(out, "rank_text", board__rank_text(row));
        return;
    }
    board__auto_free char *text =
        board__reason_text(&board->competition, row->entry, row->reason);
    board__write_string(out, "reason", board__reason_code(row->reason));
    put_text(out, "reason_text", text);
}

static void put_row(struct board__writer *out, const struct board *board,
                    const struct board__ranking *ranking, const struct board__row *row)
{
    struct board__cost cost = board__cost(row->cells, ranking->case_count);
    bool is_rounded = board__is_rounded(&board->competition);
    const struct digits digits = {ranking->track->decimals, is_rounded};
    board__open_object(out, NULL);
    put_place(out, board, row);
    put_entry(out, row);
    if (row->is_valid)
        put_shown(out, SCORE, row->score, &digits);
    else
        board__write_string(out, "score_text", "-");
    put_text(out, "verdict", board__verdict(row->cells, ranking->case_count));
    put_costs(out, &cost);
    if (row->reason == REASON_NONE)
        put_spread(out, ranking, (size_t)(row - ranking->rows), &digits);
    if (row->reason == REASON_NONE && is_rounded)
        put_leak(out, ranking, row);
    put_tasks(out, ranking->track, row->cells, &digits);
    if (row->first_step != BOARD__NO_STEP)
        put_steps(out, ranking, row, &digits);
    board__close_object(out);
}

static void put_rows(struct board__writer *out, const struct board *board,
                     const struct board__ranking *ranking, bool is_ranked)
{
    size_t first = is_ranked ? 0 : ranking->ranked_count;
    size_t end = is_ranked ? ranking->ranked_count : ranking->row_count;
    board__open_array(out, is_ranked ? "rows" : "unranked");
    for (size_t i = first; i < end; i++)
        put_row(out, board, ranking, &ranking->rows[i]);
    board__close_array(out);
}

static void put_track(struct board__writer *out, const struct board *board,
                      const struct board__ranking *ranking)
{
    const struct board_track *track = ranking->track;
    board__open_object(out, NULL);
    put_text(out, "id", track->id);
    put_text(out, "title", has_text(track->title) ? track->title : track->id);
    board__write_string(out, "combine", board__combine_code(track));
    board__write_string(out, "combine_text", board__combine_text(track));
    board__write_integer(out, "decimals", track->decimals);
    put_count(out, "team_count", ranking->team_count);
    put_count(out, "entry_count", ranking->entry_count);
    if (board->competition.has_ladder)
        board__write_string(out, "ladder_text", BOARD__LADDER_TEXT);
    put_statistics(out, ranking->statistics);
    board__open_array(out, "tasks");
    for (size_t i = 0; i < track->task_count; i++)
        put_task_column(out, track, &track->tasks[i]);
    board__close_array(out);
    put_rows(out, board, ranking, true);
    put_rows(out, board, ranking, false);
    board__close_object(out);
}

char *board_to_json(const struct board *board)
{
    const struct board_competition *competition = &board->competition;
    struct board__writer writer = {.text = NULL};
    struct board__writer *out = &writer;
    board__open_object(out, NULL);
    board__write_string(out, "schema", "podium.leaderboard/1");
    put_text(out, "podium_version", competition->podium_version);
    put_competition(out, competition);
    put_text(out, "as_of", competition->as_of);
    put_take(out, "as_of_text", board__instant_text(competition->as_of_ms));
    put_text(out, "log_head", competition->log_head);
    put_deadline(out, competition);
    board__write_string(out, "order_text", BOARD__ORDER_TEXT);
    board__open_array(out, "tracks");
    for (size_t i = 0; i < competition->track_count; i++)
        put_track(out, board, &board->rankings[i]);
    board__close_array(out);
    board__close_object(out);
    return board__writer_take(out);
}
