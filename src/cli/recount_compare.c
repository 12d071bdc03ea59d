#include "recount_compare.h"

#include "dues.h"
#include "rows.h"

#include <string.h>

static bool is_same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static const char *find_difference(const struct board_entry *told,
                                   const struct board_entry *logged)
{
    /* That results are missing is no matter of the log. */
    bool is_open = logged->standing == BOARD_COUNTS && told->standing == BOARD_PENDING;
    if (!is_same_text(told->digest, logged->digest))
        return "digest";
    if (!is_same_text(told->team, logged->team) || !is_same_text(told->name, logged->name))
        return "team or name";
    if (told->received_ms != logged->received_ms || told->seq != logged->seq ||
        !is_same_text(told->received_at, logged->received_at))
        return "arrival";
    if ((told->standing != logged->standing && !is_open) ||
        told->has_grace != logged->has_grace)
        return "standing";
    return !is_open && !is_same_text(told->standing_reason, logged->standing_reason)
               ? "reason"
               : NULL;
}

/* Results. */

static bool is_column_of(const struct board_task *task, const struct board_result *result)
{
    for (size_t c = 0; is_same_text(task->id, result->task) && c < task->case_count; c++)
        if (is_same_text(task->cases[c].id, result->case_id))
            return true;
    return false;
}

static bool has_column(const struct board_input *input, const struct board_result *result)
{
    for (size_t t = 0; t < input->competition.track_count; t++) {
        const struct board_track *track = &input->competition.tracks[t];
        for (size_t k = 0; k < track->task_count; k++)
            if (is_column_of(&track->tasks[k], result))
                return true;
    }
    return false;
}

/* Is this the first track with the task? One in several tracks is run once. */
static bool is_first(const struct board_input *input, size_t track, const char *task)
{
    for (size_t t = 0; t < track; t++)
        for (size_t k = 0; k < input->competition.tracks[t].task_count; k++)
            if (is_same_text(input->competition.tracks[t].tasks[k].id, task))
                return false;
    return true;
}

/* How many results an entry has when it was judged to the end. */
static size_t count_wanted(const struct board_input *input, const char *tasks)
{
    size_t count = 0;
    for (size_t t = 0; t < input->competition.track_count; t++) {
        const struct board_track *track = &input->competition.tracks[t];
        for (size_t k = 0; k < track->task_count; k++)
            if (dues_plays(tasks, track->tasks[k].id) &&
                is_first(input, t, track->tasks[k].id))
                count += track->tasks[k].case_count;
    }
    return count;
}

/* Those of the tasks that the entry plays, and all of them unless it is pending. That none
 * stands twice is the board's to see. */
static const char *find_odd_result(const struct board_input *input,
                                   const struct board_entry *entry, const char *tasks)
{
    for (size_t i = 0; i < entry->result_count; i++)
        if (!dues_plays(tasks, entry->results[i].task) ||
            !has_column(input, &entry->results[i]))
            return "has a result in what it does not play";
    return entry->standing == BOARD_COUNTS &&
                   entry->result_count != count_wanted(input, tasks)
               ? "lacks results and is not told as pending"
               : NULL;
}

static bool compare_results(const struct recount *recount, const struct board_input *input,
                            const struct ledger *ledger, struct pod_error *err)
{
    for (size_t i = 0; i < input->entry_count; i++) {
        const struct board_entry *entry = &input->entries[i];
        const char *what = find_odd_result(input, entry, ledger->entries[i].tasks);
        if (what != NULL)
            return pod_fail(err, POD_ENTRY, "%s: records: line %zu: entry %lld %s",
                            recount->name, i + 2, (long long)entry->seq, what);
    }
    return true;
}

static bool compare_entries(const struct recount *recount, const struct board_input *input,
                            const struct rows *rows, struct pod_error *err)
{
    if (input->entry_count != rows->count)
        return pod_fail(err, POD_ENTRY, "%s: records: %zu entries, but the log has %zu",
                        recount->name, input->entry_count, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const char *what = find_difference(&input->entries[i], &rows->entries[i]);
        if (what != NULL)
            return pod_fail(err, POD_ENTRY,
                            "%s: records: line %zu: the %s of entry %lld is not the log's",
                            recount->name, i + 2, what, (long long)rows->entries[i].seq);
    }
    return true;
}

static bool is_same_history(const struct board_competition *told,
                            const struct board_competition *logged)
{
    bool is_same = told->extension_count == logged->extension_count;
    for (size_t i = 0; is_same && i < told->extension_count; i++) {
        const struct board_extension *a = &told->extensions[i], *b = &logged->extensions[i];
        is_same = is_same_text(a->old_instant, b->old_instant) &&
                  is_same_text(a->new_instant, b->new_instant) &&
                  is_same_text(a->announced_at, b->announced_at) &&
                  is_same_text(a->reason, b->reason);
    }
    return is_same;
}

static bool is_same_deadline(const struct board_competition *told,
                             const struct deadline_rule *deadline)
{
    char instant[POD_INSTANT_TEXT], aoe[POD_INSTANT_TEXT];
    pod_instant_format(deadline->instant, instant);
    pod_instant_format_aoe(deadline->instant, aoe);
    return told->deadline_ms == deadline->instant &&
           is_same_text(told->deadline_instant, instant) &&
           is_same_text(told->deadline_aoe, aoe) &&
           is_same_text(told->deadline_label, deadline->text);
}

/* What is nobody's to choose; the rest (tracks, weights, cases) is the organizer's word. */
static const char *find_odd_rule(const struct board_competition *told,
                                 const struct rows *rows)
{
    const struct ledger *ledger = rows->ledger;
    char as_of[POD_INSTANT_TEXT];
    pod_instant_format(told->as_of_ms, as_of);
    if (!is_same_text(told->as_of, as_of))
        return "as_of and as_of_ms are not the same instant";
    if (!is_same_text(told->log_head, ledger->shown.hex))
        return "log_head is not where the log was at that instant";
    if (told->is_practice || told->is_rounded || told->has_ladder)
        return "records are of boards that rank by arrival and hide nothing";
    if (told->replicates > 0 && told->seed != rows_seed(told->log_head))
        return "the seed is not the head of the log";
    return is_same_deadline(told, &ledger->deadline) &&
                   is_same_history(told, &rows->input.competition)
               ? NULL
               : "the deadline or its history is not the log's";
}

static bool compare_rules(const struct recount *recount,
                          const struct board_competition *told, const struct rows *rows,
                          struct pod_error *err)
{
    const char *what = find_odd_rule(told, rows);
    return what == NULL ||
           pod_fail(err, POD_ENTRY, "%s: records: line 1: %s", recount->name, what);
}

/* Standing is the log's, but whether final selections bind is the split's. */
bool recount__compare(const struct recount *recount, const struct board_input *input,
                      const struct ledger *ledger, struct pod_error *err)
{
    struct rows rows;
    rows_init(&rows);
    rows.ledger = ledger;
    bool is_final = season_is_final_split(input->competition.split);
    for (size_t i = 0; i < ledger->entry_count; i++)
        rows_add_entry(&rows, i, is_final);
    rows_fill_extensions(&rows);
    bool done = compare_rules(recount, &input->competition, &rows, err) &&
                compare_entries(recount, input, &rows, err) &&
                compare_results(recount, input, ledger, err);
    rows_release(&rows);
    return done;
}
