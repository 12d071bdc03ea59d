#include "panel.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A raw value and the mean of its items come from different programs. */
static const double slack = 1e-9;

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static int compare_items(const struct board_item *a, const struct board_item *b)
{
    int order = strcmp(or_empty(a->group), or_empty(b->group));
    return order != 0 ? order : strcmp(or_empty(a->id), or_empty(b->id));
}

static int by_item(const void *left, const void *right)
{
    return compare_items(*(const struct board_item *const *)left,
                         *(const struct board_item *const *)right);
}

static const struct board_item **sorted_items(const struct board_result *result)
{
    const struct board_item **items = board__alloc(result->item_count, sizeof *items);
    for (size_t i = 0; i < result->item_count; i++)
        items[i] = &result->items[i];
    qsort(items, result->item_count, sizeof *items, by_item);
    return items;
}

/* Where the items of panel->items[i] stands in the list that they were taken from: rows of
 * one task mostly list their items in one order, and need no sorting of their own. */
static size_t place_of(const struct board__panel *panel, const struct board_result *first,
                       size_t i)
{
    return (size_t)(panel->items[i] - first->items);
}

static bool copy_values(const struct board__panel *panel, const struct board_result *first,
                        const struct board_result *result, double *values)
{
    if (result->item_count != panel->count)
        return false;
    for (size_t i = 0; i < panel->count; i++) {
        const struct board_item *item = &result->items[place_of(panel, first, i)];
        if (compare_items(item, panel->items[i]) != 0)
            return false;
        values[i] = item->value;
    }
    return true;
}

static bool copy_sorted(const struct board__panel *panel, const struct board_result *result,
                        double *values)
{
    if (result->item_count != panel->count)
        return false;
    const struct board_item **items = sorted_items(result);
    bool is_same = true;
    for (size_t i = 0; i < panel->count && is_same; i++) {
        is_same = compare_items(items[i], panel->items[i]) == 0;
        values[i] = items[i]->value;
    }
    free(items);
    return is_same;
}

static bool are_numbers(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!board__is_number(values[i]))
            return false;
    }
    return true;
}

static bool fill_row(const struct board__panel *panel, const struct board_result *first,
                     const struct board__cell *cell, double *values)
{
    if (!cell->is_ok) {
        for (size_t i = 0; i < panel->count; i++)
            values[i] = cell->value;
        return true;
    }
    return (copy_values(panel, first, cell->result, values) ||
            copy_sorted(panel, cell->result, values)) &&
           are_numbers(values, panel->count);
}

static const struct board_result *first_result(const struct board__row *const *rows,
                                               size_t row_count, size_t column)
{
    for (size_t row = 0; row < row_count; row++) {
        if (rows[row]->cells[column].is_ok)
            return rows[row]->cells[column].result;
    }
    return NULL;
}

static bool have_doubles(const struct board__panel *panel)
{
    for (size_t i = 1; i < panel->count; i++) {
        if (compare_items(panel->items[i - 1], panel->items[i]) == 0)
            return true;
    }
    return false;
}

static void share_equally(struct board__panel *panel)
{
    for (size_t i = 0; i < panel->count; i++)
        panel->shares[i] = 1 / (double)panel->count;
}

static bool is_same_group(const struct board__panel *panel, size_t a, size_t b)
{
    return b < panel->count &&
           strcmp(or_empty(panel->items[a]->group), or_empty(panel->items[b]->group)) == 0;
}

/* The mean of the means of the groups: a group's items stand side by side. */
static void share_by_group(struct board__panel *panel)
{
    size_t groups = 0;
    for (size_t i = 0; i < panel->count; i++)
        groups += !is_same_group(panel, i, i + 1);
    for (size_t start = 0, end = 0; start < panel->count; start = end) {
        while (is_same_group(panel, start, end))
            end++;
        for (size_t i = start; i < end; i++)
            panel->shares[i] = 1 / ((double)groups * (double)(end - start));
    }
}

static bool gives_raw(const struct board__panel *panel, const double *values, double raw)
{
    double sum = 0;
    double size = fabs(raw);
    for (size_t i = 0; i < panel->count; i++) {
        sum += panel->shares[i] * values[i];
        size = fmax(size, fabs(panel->shares[i] * values[i]));
    }
    return fabs(sum - raw) <= slack * size;
}

static bool give_raw(const struct board__panel *panel, const struct board__row *const *rows,
                     size_t row_count, size_t column)
{
    for (size_t row = 0; row < row_count; row++) {
        const struct board__cell *cell = &rows[row]->cells[column];
        const double *values = panel->values + row * panel->count;
        if (cell->is_ok && !gives_raw(panel, values, cell->result->raw))
            return false;
    }
    return true;
}

static bool fill(struct board__panel *panel, const struct board__row *const *rows,
                 size_t row_count, size_t column)
{
    const struct board_result *first = first_result(rows, row_count, column);
    if (first == NULL || first->item_count == 0)
        return false;
    panel->count = first->item_count;
    panel->items = sorted_items(first);
    panel->shares = board__alloc(panel->count, sizeof *panel->shares);
    panel->values = board__alloc(row_count, panel->count * sizeof *panel->values);
    if (have_doubles(panel))
        return false;
    for (size_t row = 0; row < row_count; row++) {
        if (!fill_row(panel, first, &rows[row]->cells[column],
                      panel->values + row * panel->count))
            return false;
    }
    share_equally(panel);
    if (give_raw(panel, rows, row_count, column))
        return true;
    share_by_group(panel);
    return give_raw(panel, rows, row_count, column);
}

void board__panel_init(struct board__panel *panel, const struct board__row *const *rows,
                       size_t row_count, size_t column)
{
    memset(panel, 0, sizeof *panel);
    panel->is_drawn = fill(panel, rows, row_count, column);
}

void board__panel_release(struct board__panel *panel)
{
    free(panel->items);
    free(panel->shares);
    free(panel->values);
    memset(panel, 0, sizeof *panel);
}
