#include "rows.h"
#include "rows_own.h"

#include <stdlib.h>
#include <string.h>

void rows_init(struct rows *rows)
{
    memset(rows, 0, sizeof *rows);
}

void rows__release_tracks(struct board_competition *competition)
{
    for (size_t i = 0; i < competition->track_count; i++) {
        const struct board_track *track = &competition->tracks[i];
        for (size_t t = 0; t < track->task_count; t++)
            free((void *)(uintptr_t)track->tasks[t].cases);
        free((void *)(uintptr_t)track->tasks);
    }
    free((void *)(uintptr_t)competition->tracks);
}

static void release_results(const struct board_entry *entry)
{
    for (size_t i = 0; i < entry->result_count; i++)
        free((void *)(uintptr_t)entry->results[i].items);
    free((void *)(uintptr_t)entry->results);
}

void rows_release(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        release_results(&rows->entries[i]);
    free(rows->entries);
    rows__release_tracks(&rows->input.competition);
    free(rows->extensions);
    pod_names_release(&rows->strings);
    memset(rows, 0, sizeof *rows);
}

const char *rows__keep(struct rows *rows, const char *text)
{
    if (text == NULL)
        return NULL;
    pod_names_add(&rows->strings, text);
    return rows->strings.items[rows->strings.count - 1];
}

const char *rows__keep_instant(struct rows *rows, pod_instant_ms instant)
{
    char text[POD_INSTANT_TEXT];
    pod_instant_format(instant, text);
    return rows__keep(rows, text);
}

void rows_add(struct rows *rows, const struct submission *submission)
{
    rows->entries = pod_grow(rows->entries, rows->count + 1, sizeof *rows->entries);
    struct board_entry *entry = &rows->entries[rows->count++];
    *entry = (struct board_entry){
        .team = rows__keep(rows, submission->team),
        .name = rows__keep(rows, submission->name),
        .digest = rows__keep(rows, submission->digest),
        .standing = submission->problem ? BOARD_INVALID : BOARD_COUNTS,
        .standing_reason = rows__keep(rows, submission->problem),
    };
    if (!submission->has_arrival)
        return;
    rows->has_arrival = true;
    entry->received_at = rows__keep_instant(rows, submission->received_ms);
    entry->received_ms = submission->received_ms;
    entry->seq = submission->seq;
}

/* Late is what the board finds itself, by the deadline. */
static const enum board_standing STANDINGS[] = {
    [LEDGER_COUNTS] = BOARD_COUNTS,
    [LEDGER_EARLY] = BOARD_EARLY,
    [LEDGER_LATE] = BOARD_COUNTS,
    [LEDGER_OVER_QUOTA] = BOARD_OVER_QUOTA,
    [LEDGER_NOT_SELECTED] = BOARD_NOT_SELECTED,
    [LEDGER_WITHDRAWN] = BOARD_WITHDRAWN,
    [LEDGER_DISQUALIFIED] = BOARD_DISQUALIFIED,
};

void rows_add_entry(struct rows *rows, size_t index, bool is_final)
{
    const struct ledger *ledger = rows->ledger;
    const struct ledger_entry *from = &ledger->entries[index];
    const struct submission submission = {
        .digest = from->digest,
        .name = from->name,
        .team = ledger->teams[ledger_root(ledger, from->team)].name,
        .tasks = from->tasks,
        .has_arrival = true,
        .received_ms = from->received_at,
        .seq = from->seq,
    };
    pod_auto_free char *told = NULL;
    enum ledger_standing standing = ledger_standing(ledger, index, is_final, &told);
    rows_add(rows, &submission);
    struct board_entry *entry = &rows->entries[rows->count - 1];
    entry->standing = STANDINGS[standing];
    if (standing == LEDGER_DISQUALIFIED)
        entry->standing_reason = rows__keep(rows, ledger_disqualified(ledger, index));
    if (standing == LEDGER_WITHDRAWN)
        entry->standing_reason = rows__keep(rows, from->withdrawn);
    entry->has_grace = from->seal != LEDGER_NONE && standing != LEDGER_LATE;
}

static char *keep_own(struct rows *rows, const char *text)
{
    return (char *)(uintptr_t)rows__keep(rows, text);
}

void rows_add_result(struct rows *rows, const struct case_result *result)
{
    struct case_result kept = CASE_RESULT_INIT;
    if (result != NULL) {
        kept = *result;
        kept.task = keep_own(rows, result->task);
        kept.case_id = keep_own(rows, result->case_id);
        kept.message = keep_own(rows, result->message);
    }
    rows_result(rows, rows->count - 1, result != NULL ? &kept : NULL);
}

void rows_take(struct rows *rows, char *texts)
{
    pod_names_add_take(&rows->strings, texts);
}

void rows_result(struct rows *rows, size_t row, const struct case_result *result)
{
    struct board_entry *entry = &rows->entries[row];
    if (result == NULL) {
        if (entry->standing == BOARD_COUNTS)
            entry->standing = BOARD_PENDING;
        return;
    }
    struct board_result *results = pod_grow((void *)(uintptr_t)entry->results,
                                            entry->result_count + 1, sizeof *results);
    entry->results = results;
    results[entry->result_count++] = (struct board_result){
        .task = result->task,
        .case_id = result->case_id,
        .verdict = verdict_info(result->verdict)->code,
        .raw = result->raw,
        .score = result->score,
        .cpu_ns = (uint64_t)result->cpu_ns,
        .wall_ns = (uint64_t)result->wall_ns,
        .memory_bytes = (uint64_t)result->memory_bytes,
        .message = result->message,
        .timing = {.repeats = result->timing.count,
                   .quiet = (uint64_t)result->timing.quiet,
                   .outliers = (uint64_t)result->timing.outliers,
                   .median_ns = (uint64_t)result->timing.median_ns,
                   .mad_ns = (uint64_t)result->timing.mad_ns,
                   .ratio = result->timing.ratio},
    };
}

static struct board_result *find_result(const struct rows *rows, size_t row,
                                        const char *task, const char *case_id)
{
    const struct board_entry *entry = &rows->entries[row];
    struct board_result *results = (struct board_result *)(uintptr_t)entry->results;
    for (size_t i = 0; i < entry->result_count; i++)
        if (strcmp(results[i].task, task) == 0 && strcmp(results[i].case_id, case_id) == 0)
            return &results[i];
    return NULL;
}

/* The copy that stands at the same place elsewhere, as a rule: entries of one case have the
 * same items, and a copy for each of them would be most of the memory. */
static const char *keep_like(struct rows *rows, const char *text, const char *other)
{
    return text != NULL && other != NULL && strcmp(text, other) == 0
               ? other
               : rows__keep(rows, text);
}

void rows_items(struct rows *rows, size_t row, const struct rows_items *from)
{
    struct board_result *result = find_result(rows, row, from->task, from->case_id);
    const struct board_result *other =
        find_result(rows, rows->last_row, from->task, from->case_id);
    if (result == NULL || result->items != NULL)
        return;
    struct board_item *items = pod_alloc(from->count + 1, sizeof *items);
    for (size_t i = 0; i < from->count; i++) {
        const struct board_item *like =
            other != NULL && i < other->item_count ? &other->items[i] : NULL;
        items[i] = (struct board_item){
            .id = keep_like(rows, from->items[i].id, like ? like->id : NULL),
            .group = keep_like(rows, from->items[i].group, like ? like->group : NULL),
            .value = from->items[i].value,
        };
    }
    result->items = items;
    result->item_count = from->count;
    rows->last_row = row;
}
