#include "total.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool board__is_number(double value)
{
    return isfinite(value) && fabs(value) <= BOARD__NUMBER_MAX;
}

size_t board__case_count(const struct board_track *track)
{
    size_t count = 0;
    for (size_t i = 0; i < track->task_count; i++)
        count += track->tasks[i].case_count;
    return count;
}

static double clip(double value, double cap)
{
    return value < 0 ? 0 : value > cap ? cap : value;
}

static const struct board_result *find_result(const struct board_entry *entry,
                                              const char *task, const char *case_id)
{
    for (size_t i = 0; i < entry->result_count; i++) {
        const struct board_result *result = &entry->results[i];
        if (strcmp(result->case_id, case_id) == 0 && strcmp(result->task, task) == 0)
            return result;
    }
    return NULL;
}

static struct board__cell make_cell(const struct board_track *track,
                                    const struct board_task *task,
                                    const struct board_case *column,
                                    const struct board_result *result)
{
    bool is_mean = track->combine == BOARD_MEAN_OF_CASES;
    struct board__cell cell = {.result = result, .verdict = "-"};
    cell.value = is_mean ? column->worst : 0;
    if (result == NULL)
        return cell;
    cell.verdict = result->verdict;
    if (strcmp(result->verdict, "OK") != 0)
        return cell;
    if (!board__is_number(result->raw) || !board__is_number(result->score)) {
        cell.verdict = "JE";
        return cell;
    }
    cell.is_ok = true;
    /* Adding zero turns -0.0 into 0.0, which print and sort differently. */
    cell.value = (is_mean ? result->raw : clip(result->score, task->cap)) + 0.0;
    return cell;
}

size_t board__fill_cells(const struct board_track *track, const struct board_entry *entry,
                         struct board__cell *cells)
{
    size_t filled = 0;
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        for (size_t k = 0; k < task->case_count; k++) {
            const struct board_case *column = &task->cases[k];
            const struct board_result *result = find_result(entry, task->id, column->id);
            *cells++ = make_cell(track, task, column, result);
            filled += result != NULL;
        }
    }
    return filled;
}

void board__hide_cells(const struct board_track *track, struct board__cell *cells)
{
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        for (size_t k = 0; k < task->case_count; k++, cells++) {
            if (cells->is_ok)
                *cells = make_cell(track, task, &task->cases[k], NULL);
        }
    }
}

/* Parts of an exact sum, none overlapping another, smallest first. Values within
 * BOARD__NUMBER_MAX span fewer than 1500 bits, 53 a part. */
struct parts {
    double items[64];
    size_t count;
};

static void parts_add(struct parts *parts, double value)
{
    size_t kept = 0;
    for (size_t i = 0; i < parts->count; i++) {
        double small = parts->items[i];
        if (fabs(value) < fabs(small)) {
            double swapped = value;
            value = small;
            small = swapped;
        }
        double sum = value + small;
        double rest = small - (sum - value);
        if (rest != 0)
            parts->items[kept++] = rest;
        value = sum;
    }
    parts->items[kept++] = value;
    parts->count = kept;
}

/* Nearest double, ties to even: where the first part that is lost lies half way, the one
 * below it decides. */
static double parts_round(const struct parts *parts)
{
    size_t left = parts->count;
    double sum = 0;
    double lost = 0;
    while (left > 0 && lost == 0) {
        double before = sum;
        double part = parts->items[--left];
        sum = before + part;
        lost = part - (sum - before);
    }
    bool is_same_side = left > 0 && ((lost < 0 && parts->items[left - 1] < 0) ||
                                     (lost > 0 && parts->items[left - 1] > 0));
    double next = sum + 2 * lost;
    return is_same_side && next - sum == 2 * lost ? next : sum;
}

double board__mean(const struct board__cell *cells, size_t count)
{
    struct parts parts = {.count = 0};
    for (size_t i = 0; i < count; i++)
        parts_add(&parts, cells[i].value);
    /* Adding zero turns -0.0 into 0.0. */
    return (parts_round(&parts) + 0.0) / (double)count;
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
    uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

struct board__cost board__cost(const struct board__cell *cells, size_t count)
{
    struct board__cost cost = {0};
    for (size_t i = 0; i < count; i++) {
        const struct board_result *result = cells[i].result;
        if (result == NULL)
            continue;
        cost.has_run = true;
        cost.cpu_ns = add_capped(cost.cpu_ns, result->cpu_ns);
        cost.wall_ns = add_capped(cost.wall_ns, result->wall_ns);
        if (result->memory_bytes > cost.memory_bytes)
            cost.memory_bytes = result->memory_bytes;
    }
    return cost;
}

const char *board__verdict(const struct board__cell *cells, size_t count)
{
    const char *verdict = "OK";
    for (size_t i = 0; i < count; i++) {
        if (cells[i].is_ok)
            continue;
        if (cells[i].result != NULL)
            return cells[i].verdict;
        verdict = cells[i].verdict;
    }
    return verdict;
}

static double weighted_total(const struct board_track *track,
                             const struct board__cell *cells)
{
    struct parts points = {.count = 0};
    struct parts weights = {.count = 0};
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        parts_add(&points, task->weight * board__mean(cells, task->case_count));
        parts_add(&weights, task->weight);
        cells += task->case_count;
    }
    return parts_round(&points) / parts_round(&weights);
}

double board__total(const struct board_track *track, const struct board__cell *cells)
{
    if (track->combine == BOARD_WEIGHTED_POINTS)
        return weighted_total(track, cells);
    return board__mean(cells, board__case_count(track));
}
