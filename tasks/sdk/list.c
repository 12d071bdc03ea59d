#include "sdk/list.h"

#include "sdk/submission.h"

#include <stdlib.h>
#include <string.h>

void task_list_init(struct task_list *list, size_t max_configs)
{
    list->index = task_alloc(max_configs + TASK_LIST_SLACK, sizeof *list->index);
    size_t marks = max_configs > TASK_FOUR_DIGITS ? max_configs : TASK_FOUR_DIGITS;
    list->seen = task_alloc(marks, 1);
    list->count = 0;
}

void task_list_release(struct task_list *list)
{
    free(list->index);
    free(list->seen);
}

struct careful {
    struct task_list *list;
    const struct task_graph *graph;
    const struct task_place *place;
    struct task_defects *defects;
    size_t rejected; /* elements left out */
};

static void note(struct careful *c, enum task_defect defect, const char *at,
                 const char *what, size_t length)
{
    const size_t where[2] = {c->place->number, (size_t)(at - c->place->line) + 1};
    task_auto_buf struct task_buf shown = TASK_BUF_INIT;
    task_buf_escaped(&shown, at, length, TASK_SHOWN_BYTES);
    task_defect_note(c->defects, defect, where, "\"%s\" %s", shown.data ? shown.data : "",
                     what);
}

/* Digits only. A number too large for an index is out of range like any other. */
static bool parse_index(const char *at, size_t length, uint32_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (at[i] < '0' || at[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(at[i] - '0');
        if (number > UINT32_MAX)
            number = UINT32_MAX;
    }
    *value = (uint32_t)number;
    return length > 0;
}

static void take_element(struct careful *c, const char *at, size_t length)
{
    uint32_t value;
    c->rejected++;
    if (!parse_index(at, length, &value)) {
        note(c, TASK_DEFECT_NOT_INTEGER, at, "is not a whole number of digits only",
             length);
        return;
    }
    if (value >= c->graph->configs) {
        task_auto_free char *what =
            task_strf("is not below %zu, the number of configurations", c->graph->configs);
        note(c, TASK_DEFECT_OUT_OF_RANGE, at, what, length);
        return;
    }
    bool is_top = c->graph->rule == TASK_LIST_TOP;
    if (c->list->seen[value])
        note(c, is_top ? TASK_DEFECT_REPEATED_TOP : TASK_DEFECT_REPEATED, at,
             is_top ? "is listed twice and wastes a place" : "is listed twice", length);
    if (c->list->seen[value] && !is_top)
        return;
    c->rejected--;
    c->list->seen[value] = 1;
    if (c->list->count < c->graph->configs)
        c->list->index[c->list->count++] = value;
}

static void append_missing(struct careful *c)
{
    for (size_t i = 0; i < c->graph->configs; i++) {
        if (!c->list->seen[i])
            c->list->index[c->list->count++] = (uint32_t)i;
    }
}

/* Never tied: tau-b would then reward an entry that lists only what it is sure of. */
static void finish_permutation(struct careful *c, const size_t where[2])
{
    size_t missing = c->graph->configs - c->list->count;
    if (missing > 0 && (c->defects->is_lenient || c->rejected == 0))
        task_defect_note(c->defects, TASK_DEFECT_NOT_ALL, where,
                         "the list has %zu of %zu configurations", c->list->count,
                         c->graph->configs);
    append_missing(c);
}

void task_list_careful(struct task_list *list, const struct task_place *place,
                       const struct task_graph *graph, struct task_defects *defects)
{
    struct careful c = {list, graph, place, defects, 0};
    const char *at = place->start, *end = place->end;
    const size_t where[2] = {place->number, (size_t)(at - place->line) + 1};
    list->count = 0;
    memset(list->seen, 0, graph->configs);
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        take_element(&c, at, (size_t)((stop ? stop : end) - at));
        if (stop && stop + 1 == end)
            take_element(&c, end, 0);
        at = stop ? stop + 1 : end;
    }
    size_t least = graph->configs < TASK_TOP ? graph->configs : TASK_TOP;
    if (list->count == 0 && (defects->is_lenient || c.rejected == 0))
        task_defect_note(defects, TASK_DEFECT_EMPTY_LIST, where, "the list is empty");
    else if (graph->rule == TASK_LIST_PERMUTATION && list->count > 0)
        finish_permutation(&c, where);
    else if (graph->rule == TASK_LIST_TOP && list->count < least && c.rejected == 0)
        task_defect_note(defects, TASK_DEFECT_SHORT_TOP, where,
                         "the list has %zu of the %zu places that count", list->count,
                         least);
}
