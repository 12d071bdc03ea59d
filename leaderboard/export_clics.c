/* scoreboard.json of the CLICS Contest API 2026-01 (icpc/ccs-specs, Contest_JSON.md,
 * "Scoreboard"), of scoreboard_type "score": times are RELTIME strings, milliseconds always
 * there. How a board becomes one:
 *
 * - a problem is a column of the board, a team its team_id (identity.h);
 * - rows are the ranked teams, equal ranks by name. The standard sorts names by the Unicode
 *   collation; here it is bytes with ASCII letters of one case, which no locale changes;
 * - score is by the track's own rule, so it need not be the sum of the problems; a problem
 *   has the value of the entry that stands for the team, or 0, the standard's least, where
 *   that is below;
 * - contest time starts with the competition, or with the first arrival where nobody said
 *   when that is. In practice, without arrival times, everything happens at its start;
 * - the contest has ended when the instant of the board is not before the deadline. Nothing
 *   is frozen here, and nothing says when a board is final. */
#include "export_format.h"

#include "identity.h"
#include "text.h"
#include "wording.h"

#include <stdlib.h>
#include <string.h>

/* Of one team and column. */
struct counts {
    size_t judged, pending;
};

struct scoreboard {
    const struct board__job *job;
    bool has_start;
    int64_t start_ms;
    char **problems;       /* ids, one a column */
    struct counts *counts; /* team by team */
};

static void find_start(struct scoreboard *scoreboard)
{
    const struct board__ranking *ranking = scoreboard->job->ranking;
    const struct board_competition *competition = &scoreboard->job->board->competition;
    scoreboard->has_start = competition->has_start;
    scoreboard->start_ms = competition->has_start ? competition->start_ms : 0;
    for (size_t i = 0; i < ranking->entry_count && !competition->has_start; i++) {
        const struct board_entry *entry = ranking->rows[i].entry;
        if (!board__has_arrival(entry))
            continue;
        if (!scoreboard->has_start || entry->received_ms < scoreboard->start_ms)
            scoreboard->start_ms = entry->received_ms;
        scoreboard->has_start = true;
    }
}

/* RELTIME: (-)h:mm:ss.uuu from the start of the contest. */
static json_t *contest_time(const struct scoreboard *scoreboard, int64_t instant_ms)
{
    int64_t start = scoreboard->start_ms;
    int64_t length = 0;
    if (scoreboard->has_start && __builtin_sub_overflow(instant_ms, start, &length))
        length = 0;
    uint64_t ms = length < 0 ? -(uint64_t)length : (uint64_t)length;
    board__auto_free char *text = board__strf(
        "%s%llu:%02d:%02d.%03d", length < 0 ? "-" : "", (unsigned long long)(ms / 3600000),
        (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    return json_string(text);
}

static json_t *arrival_time(const struct scoreboard *scoreboard,
                            const struct board_entry *entry)
{
    bool has_arrival = board__has_arrival(entry);
    return contest_time(scoreboard,
                        has_arrival ? entry->received_ms : scoreboard->start_ms);
}

static json_t *instant(bool is_there, int64_t instant_ms)
{
    board__auto_free char *text = board__instant_rfc3339(instant_ms);
    return is_there ? json_string(text) : json_null();
}

static json_t *make_state(const struct scoreboard *scoreboard)
{
    static const char *const never[] = {"frozen", "thawed", "finalized", "end_of_updates"};
    const struct board_competition *competition = &scoreboard->job->board->competition;
    bool has_deadline = competition->deadline_instant != NULL &&
                        competition->deadline_instant[0] != '\0' &&
                        !competition->is_practice;
    bool has_ended = has_deadline && competition->as_of_ms >= competition->deadline_ms;
    json_t *state = json_object();
    board__export_put(state, "started",
                      instant(scoreboard->has_start, scoreboard->start_ms));
    board__export_put(state, "ended", instant(has_ended, competition->deadline_ms));
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        board__export_put(state, never[i], json_null());
    return state;
}

static void fill_problems(struct scoreboard *scoreboard)
{
    const struct board_track *track = scoreboard->job->ranking->track;
    size_t column = 0;
    scoreboard->problems =
        board__alloc(scoreboard->job->ranking->case_count, sizeof *scoreboard->problems);
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        for (size_t k = 0; k < task->case_count; k++)
            scoreboard->problems[column++] = board__column_id(task->id, task->cases[k].id);
    }
}

/* JE means pending for scoring. Entries that do not count are nobody's submissions; one
 * without a valid result is lesser, for only ranked teams are asked about. */
static void count_row(const struct board__row *row, size_t case_count,
                      struct counts *counts)
{
    bool is_waiting = row->reason == REASON_PENDING || row->reason == REASON_JUDGE_ERROR;
    bool is_judged = row->reason == REASON_NONE || row->reason == REASON_LESSER;
    for (size_t i = 0; i < case_count && (is_waiting || is_judged); i++) {
        const struct board__cell *cell = &row->cells[i];
        bool has_result = cell->result != NULL && strcmp(cell->verdict, "JE") != 0;
        counts[i].judged += has_result;
        counts[i].pending += is_waiting && !has_result;
    }
}

static void fill_counts(struct scoreboard *scoreboard)
{
    const struct board__ranking *ranking = scoreboard->job->ranking;
    scoreboard->counts =
        board__alloc(ranking->team_count * ranking->case_count, sizeof *scoreboard->counts);
    for (size_t i = 0; i < ranking->entry_count; i++) {
        const struct board__row *row = &ranking->rows[i];
        count_row(row, ranking->case_count,
                  scoreboard->counts + row->team * ranking->case_count);
    }
}

static json_t *make_problems(const struct scoreboard *scoreboard,
                             const struct board__row *row)
{
    size_t case_count = scoreboard->job->ranking->case_count;
    const struct counts *counts = scoreboard->counts + row->team * case_count;
    json_t *problems = json_array();
    for (size_t i = 0; i < case_count; i++) {
        double value = board__export_score(scoreboard->job, row->cells[i].value);
        json_t *problem =
            json_pack("{s:s, s:I, s:I, s:f}", "problem_id", scoreboard->problems[i],
                      "num_judged", (json_int_t)counts[i].judged, "num_pending",
                      (json_int_t)counts[i].pending, "score", value > 0 ? value : 0.0);
        if (value > 0)
            board__export_put(problem, "time", arrival_time(scoreboard, row->entry));
        board__export_append(problems, problem);
    }
    return problems;
}

static json_t *make_row(const struct scoreboard *scoreboard, const struct board__row *row)
{
    board__auto_free char *team = board__team_id(row->entry->team);
    return json_pack(
        "{s:I, s:s, s:{s:f, s:o}, s:o}", "rank", (json_int_t)row->rank, "team_id", team,
        "score", "score", board__export_score(scoreboard->job, row->score), "time",
        arrival_time(scoreboard, row->entry), "problems", make_problems(scoreboard, row));
}

static unsigned char folded(char letter)
{
    unsigned char byte = (unsigned char)letter;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
}

/* Names of two teams are never equal. */
static int compare_names(const char *a, const char *b)
{
    size_t at = 0;
    while (a[at] != '\0' && folded(a[at]) == folded(b[at]))
        at++;
    int order = folded(a[at]) - folded(b[at]);
    return order != 0 ? order : strcmp(a, b);
}

static int by_rank_and_name(const void *left, const void *right)
{
    const struct board__row *a = *(const struct board__row *const *)left;
    const struct board__row *b = *(const struct board__row *const *)right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return compare_names(a->entry->team != NULL ? a->entry->team : "",
                         b->entry->team != NULL ? b->entry->team : "");
}

static json_t *make_rows(const struct scoreboard *scoreboard)
{
    const struct board__ranking *ranking = scoreboard->job->ranking;
    const struct board__row **sorted = board__alloc(ranking->ranked_count, sizeof *sorted);
    json_t *rows = json_array();
    for (size_t i = 0; i < ranking->ranked_count; i++)
        sorted[i] = &ranking->rows[i];
    qsort(sorted, ranking->ranked_count, sizeof *sorted, by_rank_and_name);
    for (size_t i = 0; i < ranking->ranked_count; i++)
        board__export_append(rows, make_row(scoreboard, sorted[i]));
    free(sorted);
    return rows;
}

bool board__export_clics(const struct board__job *job, FILE *out)
{
    struct scoreboard scoreboard = {.job = job};
    int64_t as_of_ms = job->board->competition.as_of_ms;
    find_start(&scoreboard);
    fill_problems(&scoreboard);
    fill_counts(&scoreboard);
    json_t *root = json_object();
    board__export_put(root, "time", instant(true, as_of_ms));
    board__export_put(root, "contest_time", contest_time(&scoreboard, as_of_ms));
    board__export_put(root, "state", make_state(&scoreboard));
    board__export_put(root, "rows", make_rows(&scoreboard));
    board__export_json(root, out);
    for (size_t i = 0; i < job->ranking->case_count; i++)
        free(scoreboard.problems[i]);
    free(scoreboard.problems);
    free(scoreboard.counts);
    return true;
}
