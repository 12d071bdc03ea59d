/* scores.json as a Codabench scoring program leaves it in /app/output: one flat object, key
 * of a column of the leaderboard to number, for the one submission that was scored
 * (docs.codabench.org, Leaderboard Functionality, "Writing scores"). So it is a file a
 * team: "score" by the track's rule, "TASK.CASE" for each column of the board, and the
 * costs. Only columns that competition.yaml declares are shown there; the others do no
 * harm. */
#include "export_format.h"

#include "identity.h"
#include "text.h"

static void put(json_t *object, const char *key, double value)
{
    board__export_put(object, key, json_real(value));
}

bool board__export_codabench(const struct board__job *job, FILE *out)
{
    const struct board_track *track = job->ranking->track;
    const struct board__cell *cell = job->row->cells;
    struct board__cost cost = board__cost(cell, job->ranking->case_count);
    if (!job->row->is_valid)
        return board__export_refuse(job->err, "no valid result of team",
                                    job->row->entry->team, "Codabench takes numbers only");
    json_t *scores = json_object();
    put(scores, "score", board__export_score(job, job->row->score));
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        for (size_t k = 0; k < task->case_count; k++) {
            board__auto_free char *key = board__column_id(task->id, task->cases[k].id);
            put(scores, key, board__export_score(job, cell++->value));
        }
    }
    put(scores, "cpu_seconds", (double)cost.cpu_ns / 1e9);
    put(scores, "wall_seconds", (double)cost.wall_ns / 1e9);
    put(scores, "memory_mib", (double)cost.memory_bytes / (1 << 20));
    board__export_json(scores, out);
    return true;
}
