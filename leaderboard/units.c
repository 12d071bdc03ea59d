#include "units.h"

#include "panel.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* An item in one case. */
struct place {
    size_t task;
    const char *name;
    size_t column;
    const char *group;
    size_t item; /* in the panel of the column */
};

/* Places of one task and name stand side by side. */
struct unit {
    const struct place *places;
    size_t place_count;
};

/* Everything about a track whose items are drawn. */
struct drawing {
    const struct board_track *track;
    size_t column_count;
    const char **case_ids; /* [column] */
    size_t *tasks;         /* [column] */
    struct board__panel *panels;
    struct place *places;
    size_t place_count;
    struct unit *units;
    size_t unit_count;
};

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static const char *name_of(const struct board_item *item)
{
    const char *id = or_empty(item->id);
    const char *group = or_empty(item->group);
    size_t length = strlen(group);
    bool has_prefix = length > 0 && strncmp(id, group, length) == 0 && id[length] == ':';
    return has_prefix ? id + length + 1 : id;
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct place *a, const struct place *b)
{
    int order = compare_sizes(a->task, b->task);
    return order != 0 ? order : strcmp(a->name, b->name);
}

static int compare_homes(const struct place *a, const struct place *b)
{
    int order = compare_sizes(a->column, b->column);
    return order != 0 ? order : strcmp(a->group, b->group);
}

static int by_name(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    int order = compare_names(a, b);
    if (order == 0)
        order = compare_homes(a, b);
    return order != 0 ? order : compare_sizes(a->item, b->item);
}

/* The cases and groups in which units stand, the first that differs deciding. */
static int compare_strata(const struct unit *a, const struct unit *b)
{
    for (size_t i = 0; i < a->place_count && i < b->place_count; i++) {
        int order = compare_homes(&a->places[i], &b->places[i]);
        if (order != 0)
            return order;
    }
    return compare_sizes(a->place_count, b->place_count);
}

static int by_stratum(const void *left, const void *right)
{
    const struct unit *a = left;
    const struct unit *b = right;
    int order = compare_strata(a, b);
    return order != 0 ? order : compare_names(a->places, b->places);
}

static void drawing_init(struct drawing *it, const struct board_track *track,
                         const struct board__row *const *rows, size_t row_count)
{
    it->track = track;
    it->column_count = board__case_count(track);
    it->case_ids = board__alloc(it->column_count, sizeof *it->case_ids);
    it->tasks = board__alloc(it->column_count, sizeof *it->tasks);
    it->panels = board__alloc(it->column_count, sizeof *it->panels);
    size_t column = 0;
    for (size_t t = 0; t < track->task_count; t++) {
        for (size_t i = 0; i < track->tasks[t].case_count; i++, column++) {
            it->case_ids[column] = track->tasks[t].cases[i].id;
            it->tasks[column] = t;
            board__panel_init(&it->panels[column], rows, row_count, column);
            it->place_count += it->panels[column].is_drawn ? it->panels[column].count : 0;
        }
    }
}

static void drawing_release(struct drawing *it)
{
    for (size_t i = 0; i < it->column_count; i++)
        board__panel_release(&it->panels[i]);
    free(it->panels);
    free(it->tasks);
    free(it->case_ids);
    free(it->places);
    free(it->units);
}

static void list_places(struct drawing *it)
{
    it->places = board__alloc(it->place_count, sizeof *it->places);
    struct place *place = it->places;
    for (size_t column = 0; column < it->column_count; column++) {
        const struct board__panel *panel = &it->panels[column];
        for (size_t i = 0; panel->is_drawn && i < panel->count; i++)
            *place++ = (struct place){.task = it->tasks[column],
                                      .name = name_of(panel->items[i]),
                                      .column = column,
                                      .group = or_empty(panel->items[i]->group),
                                      .item = i};
    }
    qsort(it->places, it->place_count, sizeof *it->places, by_name);
}

static void list_units(struct drawing *it)
{
    it->units = board__alloc(it->place_count, sizeof *it->units);
    for (size_t i = 0; i < it->place_count; i++) {
        bool is_same = i > 0 && compare_names(&it->places[i - 1], &it->places[i]) == 0;
        if (!is_same)
            it->units[it->unit_count++].places = &it->places[i];
        it->units[it->unit_count - 1].place_count++;
    }
    qsort(it->units, it->unit_count, sizeof *it->units, by_stratum);
}

static char *stratum_name(const struct drawing *it, const struct unit *unit)
{
    char *name = board__strf("%s", it->case_ids[unit->places[0].column]);
    for (size_t i = 1; i < unit->place_count; i++) {
        if (unit->places[i].column == unit->places[i - 1].column)
            continue;
        char *longer = board__strf("%s+%s", name, it->case_ids[unit->places[i].column]);
        free(name);
        name = longer;
    }
    return name;
}

static void list_strata(const struct drawing *it, struct board__units *out)
{
    out->stratum_sizes = board__alloc(it->unit_count, sizeof *out->stratum_sizes);
    out->stratum_names = board__alloc(it->unit_count, sizeof *out->stratum_names);
    size_t *count = &out->sample.stratum_count;
    for (size_t i = 0; i < it->unit_count; i++) {
        if (i == 0 || compare_strata(&it->units[i - 1], &it->units[i]) != 0)
            out->stratum_names[(*count)++] = stratum_name(it, &it->units[i]);
        out->stratum_sizes[*count - 1]++;
    }
}

static void add_unit(const struct drawing *it, size_t index, struct board__units *out)
{
    const struct unit *unit = &it->units[index];
    for (size_t i = 0; i < unit->place_count; i++) {
        const struct place *place = &unit->places[i];
        const struct board__panel *panel = &it->panels[place->column];
        double share = panel->shares[place->item] / (double)it->column_count;
        for (size_t row = 0; row < out->sample.team_count; row++)
            out->parts[row * it->unit_count + index] +=
                share * panel->values[row * panel->count + place->item];
    }
}

static void hold_case(const struct drawing *it, size_t column,
                      const struct board__row *const *rows, struct board__units *out)
{
    out->held_names[out->held_count++] = it->case_ids[column];
    for (size_t row = 0; row < out->sample.team_count; row++)
        out->fixed[row] += rows[row]->cells[column].value / (double)it->column_count;
}

static void draw_items(struct board__units *out, const struct board_track *track,
                       const struct board__row *const *rows)
{
    struct drawing it = {0};
    drawing_init(&it, track, rows, out->sample.team_count);
    list_places(&it);
    list_units(&it);
    list_strata(&it, out);
    out->sample.unit_count = it.unit_count;
    out->parts = board__alloc(out->sample.team_count, it.unit_count * sizeof *out->parts);
    for (size_t i = 0; i < it.unit_count; i++)
        add_unit(&it, i, out);
    for (size_t column = 0; column < it.column_count; column++) {
        if (!it.panels[column].is_drawn)
            hold_case(&it, column, rows, out);
    }
    drawing_release(&it);
}

static double sum_of_weights(const struct board_track *track)
{
    double sum = 0;
    for (size_t i = 0; i < track->task_count; i++)
        sum += track->tasks[i].weight;
    return sum;
}

static void draw_task(struct board__units *out, const struct board_task *task, double share,
                      const struct board__cell *const *cells)
{
    size_t units = out->sample.unit_count;
    size_t first = 0;
    for (size_t s = 0; s < out->sample.stratum_count; s++)
        first += out->stratum_sizes[s];
    for (size_t row = 0; row < out->sample.team_count; row++) {
        for (size_t i = 0; i < task->case_count; i++)
            out->parts[row * units + first + i] = share * cells[row][i].value;
    }
    out->stratum_names[out->sample.stratum_count] = board__strf("%s", task->id);
    out->stratum_sizes[out->sample.stratum_count++] = task->case_count;
}

static void hold_task(struct board__units *out, const struct board_task *task, double share,
                      const struct board__cell *const *cells)
{
    out->held_names[out->held_count++] = task->id;
    for (size_t row = 0; row < out->sample.team_count; row++)
        out->fixed[row] += share * cells[row]->value;
}

static size_t drawn_cases(const struct board_track *track)
{
    size_t count = 0;
    for (size_t t = 0; t < track->task_count; t++)
        count += track->tasks[t].case_count > 1 ? track->tasks[t].case_count : 0;
    return count;
}

static void draw_cases(struct board__units *out, const struct board_track *track,
                       const struct board__row *const *rows)
{
    size_t teams = out->sample.team_count;
    out->sample.unit_count = drawn_cases(track);
    out->parts = board__alloc(teams, out->sample.unit_count * sizeof *out->parts);
    out->stratum_sizes = board__alloc(track->task_count, sizeof *out->stratum_sizes);
    out->stratum_names = board__alloc(track->task_count, sizeof *out->stratum_names);
    const struct board__cell **cells = board__alloc(teams, sizeof *cells);
    for (size_t row = 0; row < teams; row++)
        cells[row] = rows[row]->cells;
    for (size_t t = 0; t < track->task_count; t++) {
        const struct board_task *task = &track->tasks[t];
        double share = task->weight / sum_of_weights(track) / (double)task->case_count;
        if (task->case_count > 1)
            draw_task(out, task, share, cells);
        else
            hold_task(out, task, share, cells);
        for (size_t row = 0; row < teams; row++)
            cells[row] += task->case_count;
    }
    free(cells);
}

void board__units_init(struct board__units *units, const struct board_track *track,
                       const struct board__row *const *rows, size_t row_count)
{
    memset(units, 0, sizeof *units);
    units->sample.team_count = row_count;
    units->fixed = board__alloc(row_count, sizeof *units->fixed);
    units->held_names = board__alloc(board__case_count(track), sizeof *units->held_names);
    if (track->combine == BOARD_MEAN_OF_CASES)
        draw_items(units, track, rows);
    else
        draw_cases(units, track, rows);
    units->sample.parts = units->parts;
    units->sample.fixed = units->fixed;
    units->sample.stratum_sizes = units->stratum_sizes;
}

void board__units_release(struct board__units *units)
{
    for (size_t s = 0; s < units->sample.stratum_count; s++)
        free(units->stratum_names[s]);
    free(units->stratum_names);
    free(units->stratum_sizes);
    free(units->held_names);
    free(units->parts);
    free(units->fixed);
    memset(units, 0, sizeof *units);
}
