#include "rows.h"

#include <stdlib.h>
#include <string.h>

void rows_init(struct rows *rows)
{
    memset(rows, 0, sizeof *rows);
}

static void release_tracks(struct board_competition *competition)
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
    release_tracks(&rows->input.competition);
    free(rows->extensions);
    pod_names_release(&rows->strings);
    memset(rows, 0, sizeof *rows);
}

/* A copy that lives as long as rows. */
static const char *keep(struct rows *rows, const char *text)
{
    if (text == NULL)
        return NULL;
    pod_names_add(&rows->strings, text);
    return rows->strings.items[rows->strings.count - 1];
}

static const char *keep_instant(struct rows *rows, pod_instant_ms instant)
{
    char text[POD_INSTANT_TEXT];
    pod_instant_format(instant, text);
    return keep(rows, text);
}

void rows_add(struct rows *rows, const struct submission *submission)
{
    rows->entries = pod_grow(rows->entries, rows->count + 1, sizeof *rows->entries);
    struct board_entry *entry = &rows->entries[rows->count++];
    *entry = (struct board_entry){
        .team = keep(rows, submission->team),
        .name = keep(rows, submission->name),
        .digest = keep(rows, submission->digest),
        .standing = submission->problem ? BOARD_INVALID : BOARD_COUNTS,
        .standing_reason = keep(rows, submission->problem),
    };
    if (!submission->has_arrival)
        return;
    rows->has_arrival = true;
    entry->received_at = keep_instant(rows, submission->received_ms);
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
        entry->standing_reason = keep(rows, ledger_disqualified(ledger, index));
    if (standing == LEDGER_WITHDRAWN)
        entry->standing_reason = keep(rows, from->withdrawn);
    entry->has_grace = from->seal != LEDGER_NONE && standing != LEDGER_LATE;
}

static char *keep_own(struct rows *rows, const char *text)
{
    return (char *)(uintptr_t)keep(rows, text);
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
    return text != NULL && other != NULL && strcmp(text, other) == 0 ? other
                                                                     : keep(rows, text);
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

static const struct case_set *find_set(const struct season *season, const char *task)
{
    for (size_t i = 0; i < season->set_count; i++)
        if (strcmp(season->sets[i].task.id, task) == 0)
            return &season->sets[i];
    return NULL;
}

static void fill_task(const struct case_set *set, double weight, struct board_task *task)
{
    struct board_case *cases = pod_alloc(set->count, sizeof *cases);
    for (size_t i = 0; i < set->count; i++)
        cases[i].id = set->items[i].id;
    *task = (struct board_task){
        .id = set->task.id,
        .title = set->task.title,
        .metric = set->task.metric_name,
        .unit = set->task.metric_unit,
        .is_lower_better = !set->task.is_higher_better,
        .weight = weight,
        .cap = set->task.cap,
        .cases = cases,
        .case_count = set->count,
    };
}

/* Tasks that this verb did not load are left out: the board is of those that it did. */
static void fill_track(const struct season *season, const struct track *from,
                       struct board_track *track)
{
    struct board_task *tasks = pod_alloc(from->task_count, sizeof *tasks);
    size_t count = 0;
    for (size_t t = 0; t < from->task_count; t++) {
        const struct case_set *set = find_set(season, from->tasks[t].id);
        if (set != NULL)
            fill_task(set, from->tasks[t].weight, &tasks[count++]);
    }
    *track = (struct board_track){
        .id = from->id,
        .title = from->title,
        .combine = from->combine == COMBINE_MEAN_OF_CASES ? BOARD_MEAN_OF_CASES
                                                          : BOARD_WEIGHTED_POINTS,
        .decimals = (int)season->competition.public_decimals,
        .tasks = tasks,
        .task_count = count,
    };
}

void rows_fill_extensions(struct rows *rows)
{
    const struct ledger *ledger = rows->ledger;
    free(rows->extensions);
    rows->extensions = pod_alloc(ledger->extension_count, sizeof *rows->extensions);
    for (size_t i = 0; i < ledger->extension_count; i++) {
        const struct ledger_extension *from = &ledger->extensions[i];
        rows->extensions[i] = (struct board_extension){
            .old_instant = keep_instant(rows, from->old.instant),
            .new_instant = keep_instant(rows, from->now.instant),
            .announced_at = keep_instant(rows, from->announced_at),
            .announced_ms = from->announced_at,
            .reason = keep(rows, from->reason),
        };
    }
    rows->input.competition.extensions = rows->extensions;
    rows->input.competition.extension_count = ledger->extension_count;
    rows->input.competition.log_head = keep(rows, ledger->shown.hex);
}

uint64_t rows_seed(const char *log_head)
{
    char seed[17];
    (void)snprintf(seed, sizeof seed, "%s", log_head);
    return strtoull(seed, NULL, 16);
}

/* A board that is shown while entries may still come tells no more than it must. */
static void fill_shown(struct rows *rows)
{
    struct board_competition *competition = &rows->input.competition;
    competition->replicates = rows->replicates;
    competition->seed = rows_seed(rows->seed ? rows->seed : competition->log_head);
    competition->is_rounded =
        rows->ledger != NULL && strcmp(competition->split, "public") == 0;
    competition->has_ladder = rows->has_ladder;
}

static void fill_competition(struct rows *rows, const struct season *season,
                             pod_instant_ms as_of)
{
    const struct competition *from = &season->competition;
    struct board_track *tracks = pod_alloc(from->track_count, sizeof *tracks);
    size_t count = 0;
    for (size_t i = 0; i < from->track_count; i++) {
        fill_track(season, &from->tracks[i], &tracks[count]);
        if (tracks[count].task_count > 0)
            count++;
        else
            free((void *)(uintptr_t)tracks[count].tasks);
    }
    char aoe[POD_INSTANT_TEXT];
    pod_instant_format_aoe(from->deadline.instant, aoe);
    rows->input.competition = (struct board_competition){
        .id = from->id,
        .title = from->title,
        .split = season->sets[0].split,
        .podium_version = PODIUM_VERSION,
        .log_head = "",
        .deadline_ms = from->deadline.instant,
        .deadline_instant = keep_instant(rows, from->deadline.instant),
        .deadline_label = from->deadline.text,
        .deadline_aoe = keep(rows, aoe),
        .has_start = from->phase_count > 0,
        .start_ms = from->phase_count > 0 ? from->phases[0].start : 0,
        .as_of_ms = as_of,
        .as_of = keep_instant(rows, as_of),
        .is_practice = !rows->has_arrival,
        .tracks = tracks,
        .track_count = count,
    };
    if (rows->ledger != NULL)
        rows_fill_extensions(rows);
    fill_shown(rows);
}

struct board *rows_board(struct rows *rows, const struct season *season,
                         pod_instant_ms as_of, struct pod_error *err)
{
    release_tracks(&rows->input.competition);
    fill_competition(rows, season, as_of);
    rows->input.entries = rows->entries;
    rows->input.entry_count = rows->count;
    struct board_error problem = {""};
    struct board *board = board_new(&rows->input, &problem);
    if (board == NULL)
        pod_fail(err, POD_BUG, "board: %s", problem.message);
    return board;
}

json_t *rows_tracks(struct rows *rows, const struct season *season, pod_instant_ms as_of,
                    struct pod_error *err)
{
    struct board *board = rows_board(rows, season, as_of, err);
    if (board == NULL)
        return NULL;
    pod_auto_free char *text = board_to_json(board);
    board_free(board);
    pod_auto_json json_t *value = pod_json_parse(text, strlen(text), "board", POD_BUG, err);
    return value ? json_incref(json_object_get(value, "tracks")) : NULL;
}

void rows_print_scores(json_t *tracks)
{
    size_t index;
    json_t *track;
    json_array_foreach (tracks, index, track) {
        json_t *row = json_array_get(json_object_get(track, "rows"), 0);
        const char *score = json_string_value(json_object_get(row, "score_text"));
        const char *title = json_string_value(json_object_get(track, "title"));
        printf("\n%s: %s\n", title, score ? score : "no score: no case was scored");
    }
}
