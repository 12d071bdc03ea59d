#include "rows.h"
#include "rows_own.h"

#include <stdlib.h>
#include <string.h>

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
            .old_instant = rows__keep_instant(rows, from->old.instant),
            .new_instant = rows__keep_instant(rows, from->now.instant),
            .announced_at = rows__keep_instant(rows, from->announced_at),
            .announced_ms = from->announced_at,
            .reason = rows__keep(rows, from->reason),
        };
    }
    rows->input.competition.extensions = rows->extensions;
    rows->input.competition.extension_count = ledger->extension_count;
    rows->input.competition.log_head = rows__keep(rows, ledger->shown.hex);
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
        .deadline_instant = rows__keep_instant(rows, from->deadline.instant),
        .deadline_label = from->deadline.text,
        .deadline_aoe = rows__keep(rows, aoe),
        .has_start = from->phase_count > 0,
        .start_ms = from->phase_count > 0 ? from->phases[0].start : 0,
        .as_of_ms = as_of,
        .as_of = rows__keep_instant(rows, as_of),
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
    rows__release_tracks(&rows->input.competition);
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
