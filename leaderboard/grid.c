#include "grid.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_WIDTH_MAX = 8 };

static const char head_breaks[] = "-:_ ";

void board__grid_init(struct board__grid *grid, size_t column_count, size_t row_count)
{
    grid->columns = board__alloc(column_count, sizeof *grid->columns);
    grid->column_count = column_count;
    grid->cells = board__alloc(row_count, column_count * sizeof *grid->cells);
    grid->row_count = row_count;
    grid->gap = 2;
}

void board__grid_release(struct board__grid *grid)
{
    for (size_t i = 0; i < grid->column_count; i++)
        free(grid->columns[i].head);
    for (size_t i = 0; i < grid->row_count * grid->column_count; i++)
        free(grid->cells[i].text);
    free(grid->columns);
    free(grid->cells);
}

static struct board__grid_cell *cell_at(const struct board__grid *grid, size_t row,
                                        size_t column)
{
    return &grid->cells[row * grid->column_count + column];
}

void board__grid_set_take(struct board__grid *grid, size_t row, size_t column, char *text)
{
    cell_at(grid, row, column)->text = text;
}

/* Parts of a head between its breaks; empty parts do not count. */
static int head_lines(const char *head)
{
    int lines = 0;
    while (*(head += strspn(head, head_breaks)) != '\0') {
        head += strcspn(head, head_breaks);
        lines++;
    }
    return lines;
}

/* Part number index, cut to the width of a head; "" where there is none. The caller
 * frees. */
static char *head_part(const char *head, int index)
{
    if (index < 0)
        return board__strf("%s", "");
    head += strspn(head, head_breaks);
    for (int i = 0; i < index; i++) {
        head += strcspn(head, head_breaks);
        head += strspn(head, head_breaks);
    }
    board__auto_free char *part =
        board__strf("%.*s", (int)strcspn(head, head_breaks), head);
    return board__cut(part, HEAD_WIDTH_MAX);
}

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static void measure(struct board__grid *grid, size_t column)
{
    struct board__column *it = &grid->columns[column];
    it->natural_width = 1;
    for (int i = 0; i < head_lines(it->head); i++) {
        board__auto_free char *part = head_part(it->head, i);
        it->natural_width = largest(it->natural_width, board__width(part));
    }
    for (size_t row = 0; row < grid->row_count; row++)
        it->natural_width =
            largest(it->natural_width, board__width(cell_at(grid, row, column)->text));
    bool is_flexible = it->min_width > 0 && it->min_width < it->natural_width;
    it->width = is_flexible ? it->min_width : it->natural_width;
}

static int total_width(const struct board__grid *grid)
{
    int total = -grid->gap;
    for (size_t i = 0; i < grid->column_count; i++) {
        if (!grid->columns[i].is_hidden)
            total += grid->columns[i].width + grid->gap;
    }
    return total;
}

static bool hide_one(struct board__grid *grid)
{
    struct board__column *victim = NULL;
    for (size_t i = 0; i < grid->column_count; i++) {
        struct board__column *it = &grid->columns[i];
        if (!it->is_hidden && it->drop > 0 && (victim == NULL || it->drop >= victim->drop))
            victim = it;
    }
    if (victim != NULL)
        victim->is_hidden = true;
    return victim != NULL;
}

/* Give the room that is left to narrowed columns, one column of the terminal each in turn;
 * width 0 is endless room. */
static void widen(struct board__grid *grid, int width)
{
    bool is_growing = true;
    while (is_growing) {
        is_growing = false;
        for (size_t i = 0; i < grid->column_count; i++) {
            struct board__column *it = &grid->columns[i];
            if (it->width >= it->natural_width || (width > 0 && total_width(grid) >= width))
                continue;
            it->width++;
            is_growing = true;
        }
    }
}

size_t board__grid_fit(struct board__grid *grid, int width)
{
    size_t hidden = 0;
    for (size_t i = 0; i < grid->column_count; i++)
        measure(grid, i);
    if (width > 0 && total_width(grid) > width)
        grid->gap = 1;
    while (width > 0 && total_width(grid) > width && hide_one(grid))
        hidden++;
    widen(grid, width);
    return hidden;
}

/* Blanks are held back until something follows them, so that no line ends in one. */
struct pen {
    FILE *out;
    int blanks;
};

static void put_text(struct pen *pen, const char *text, const char *style)
{
    if (text[0] == '\0')
        return;
    if (pen->blanks > 0)
        (void)fprintf(pen->out, "%*s", pen->blanks, "");
    pen->blanks = 0;
    if (style != NULL)
        (void)fprintf(pen->out, "\033[%sm%s\033[0m", style, text);
    else
        (void)fputs(text, pen->out);
}

static void put_cell(struct pen *pen, const struct board__column *column, const char *text,
                     const char *style)
{
    board__auto_free char *shown = board__cut(text, column->width);
    int padding = column->width - board__width(shown);
    if (column->is_right)
        pen->blanks += padding;
    put_text(pen, shown, style);
    if (!column->is_right)
        pen->blanks += padding;
}

static void end_line(struct pen *pen)
{
    (void)fputc('\n', pen->out);
    pen->blanks = 0;
}

/* The last line of every head stands right above the rows. */
static void print_head_line(const struct board__grid *grid, int lines_below,
                            const char *style, struct pen *pen)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct board__column *it = &grid->columns[i];
        int index = head_lines(it->head) - 1 - lines_below;
        board__auto_free char *part = head_part(it->head, index);
        if (it->is_hidden)
            continue;
        put_cell(pen, it, part, style);
        pen->blanks += grid->gap;
    }
    end_line(pen);
}

static void print_row(const struct board__grid *grid, size_t row, bool is_colour,
                      struct pen *pen)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct board__grid_cell *cell = cell_at(grid, row, i);
        if (grid->columns[i].is_hidden)
            continue;
        put_cell(pen, &grid->columns[i], cell->text, is_colour ? cell->style : NULL);
        pen->blanks += grid->gap;
    }
    end_line(pen);
}

void board__grid_print(const struct board__grid *grid, bool is_colour, FILE *out)
{
    struct pen pen = {.out = out};
    int lines = 1;
    for (size_t i = 0; i < grid->column_count; i++) {
        if (!grid->columns[i].is_hidden)
            lines = largest(lines, head_lines(grid->columns[i].head));
    }
    for (int below = lines - 1; below >= 0; below--)
        print_head_line(grid, below, is_colour ? "1" : NULL, &pen);
    for (size_t row = 0; row < grid->row_count; row++)
        print_row(grid, row, is_colour, &pen);
}
