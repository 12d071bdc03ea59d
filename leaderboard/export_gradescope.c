/* results.json of a Gradescope autograder, for the entry that stands for one team
 * (gradescope-autograders.readthedocs.io, Specifications, "Output format"). A test is a
 * case, in points: 0 the trivial baseline, at most 100 or the task's cap. Gradescope grades
 * in points that never fall below 0, so the total is the track's own score only where the
 * track counts points; where it counts raw values the total is the mean of the points. The
 * score as the board has it stands under "leaderboard". Points are what was measured, also
 * where the entry does not count: the output says why, and the grader decides. On the
 * hidden split tests are shown when grades are published, not before. */
#include "export_format.h"

#include "text.h"
#include "wording.h"

#include <string.h>

enum { POINTS_MAX = 100 };

static double clipped(double points, double cap)
{
    return points < 0 ? 0 : points > cap ? cap : points;
}

static json_t *make_test(const struct board__job *job, const struct board_task *task,
                         const struct board_case *column, const struct board__cell *cell)
{
    bool is_weighted = job->ranking->track->combine == BOARD_WEIGHTED_POINTS;
    double cap = is_weighted ? task->cap : POINTS_MAX;
    board__auto_free char *name = board__strf("%s: %s", task->id, column->id);
    board__auto_free char *shown = board__export_text(name);
    board__auto_free char *message =
        board__escaped(cell->result != NULL ? cell->result->message : "", true);
    board__auto_free char *verdict = board__export_text(cell->verdict);
    board__auto_free char *output =
        board__strf("%s%s%s", verdict, message[0] != '\0' ? "\n" : "", message);
    json_t *test = json_object();
    board__export_put(test, "name", json_string(shown));
    board__export_put(
        test, "score",
        json_real(cell->is_ok ? board__export_points(job, clipped(cell->result->score, cap))
                              : 0));
    board__export_put(test, "max_score", json_real(cap));
    board__export_put(test, "status", json_string(cell->is_ok ? "passed" : "failed"));
    board__export_put(test, "output", json_string(output));
    return test;
}

static json_t *make_tests(const struct board__job *job, double *mean)
{
    const struct board_track *track = job->ranking->track;
    const struct board__cell *cell = job->row->cells;
    json_t *tests = json_array();
    *mean = 0;
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        for (size_t k = 0; k < task->case_count; k++) {
            json_t *test = make_test(job, task, &task->cases[k], cell++);
            *mean += json_real_value(json_object_get(test, "score"));
            board__export_append(tests, test);
        }
    }
    *mean /= (double)job->ranking->case_count;
    return tests;
}

static json_t *make_leaderboard(const struct board__job *job)
{
    const struct board__row *row = job->row;
    board__auto_free char *rank = board__rank_text(row);
    board__auto_free char *score = board__number(row->score, job->ranking->track->decimals);
    json_t *board = json_array();
    board__export_append(board, json_pack("{s:s, s:s, s:s}", "name", "score", "value",
                                          row->is_valid ? score : "-", "order", "desc"));
    board__export_append(
        board, json_pack("{s:s, s:s, s:s}", "name", "rank", "value", rank, "order", "asc"));
    return board;
}

static char *make_output(const struct board__job *job)
{
    const struct board__row *row = job->row;
    board__auto_free char *name = board__export_text(row->entry->name);
    board__auto_free char *rank = board__rank_text(row);
    if (row->reason == REASON_NONE)
        return board__strf("entry %s: rank %s", name, rank);
    board__auto_free char *text =
        board__reason_text(&job->board->competition, row->entry, row->reason);
    board__auto_free char *reason = board__escaped(text, false);
    return board__strf("entry %s: not ranked, %s", name, reason);
}

bool board__export_gradescope(const struct board__job *job, FILE *out)
{
    const struct board_competition *competition = &job->board->competition;
    bool is_weighted = job->ranking->track->combine == BOARD_WEIGHTED_POINTS;
    bool is_hidden =
        competition->split != NULL && strcmp(competition->split, "hidden") == 0;
    struct board__cost cost = board__cost(job->row->cells, job->ranking->case_count);
    board__auto_free char *output = make_output(job);
    double mean = 0;
    json_t *root = json_object();
    json_t *tests = make_tests(job, &mean);
    board__export_put(
        root, "score",
        json_real(board__export_points(job, is_weighted ? job->row->score : mean)));
    board__export_put(root, "execution_time", json_real((double)cost.wall_ns / 1e9));
    board__export_put(root, "output", json_string(output));
    board__export_put(root, "output_format", json_string("text"));
    board__export_put(root, "test_output_format", json_string("text"));
    board__export_put(root, "test_name_format", json_string("text"));
    board__export_put(root, "visibility",
                      json_string(is_hidden ? "after_published" : "visible"));
    board__export_put(root, "tests", tests);
    board__export_put(root, "leaderboard", make_leaderboard(job));
    board__export_json(root, out);
    return true;
}
