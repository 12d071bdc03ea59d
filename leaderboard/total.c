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

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts values. */
static double exact_sum(double *values, size_t count)
{
    double sum = 0;
    double lost = 0;
    qsort(values, count, sizeof *values, compare_doubles);
    for (size_t i = 0; i < count; i++) {
        double next = sum + values[i];
        if (fabs(sum) >= fabs(values[i]))
            lost += (sum - next) + values[i];
        else
            lost += (values[i] - next) + sum;
        sum = next;
    }
    return sum + lost + 0.0;
}

double board__mean(const struct board__cell *cells, size_t count)
{
    double *values = board__alloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = cells[i].value;
    double mean = exact_sum(values, count) / (double)count;
    free(values);
    return mean;
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
    for (size_t i = 0; i < count; i++) {
        if (!cells[i].is_ok)
            return cells[i].verdict;
    }
    return "OK";
}

static double weighted_total(const struct board_track *track,
                             const struct board__cell *cells)
{
    double *terms = board__alloc(track->task_count, sizeof *terms);
    double *weights = board__alloc(track->task_count, sizeof *weights);
    for (size_t i = 0; i < track->task_count; i++) {
        const struct board_task *task = &track->tasks[i];
        terms[i] = task->weight * board__mean(cells, task->case_count);
        weights[i] = task->weight;
        cells += task->case_count;
    }
    double points = exact_sum(terms, track->task_count);
    double weight = exact_sum(weights, track->task_count);
    free(terms);
    free(weights);
    return points / weight;
}

double board__total(const struct board_track *track, const struct board__cell *cells)
{
    if (track->combine == BOARD_WEIGHTED_POINTS)
        return weighted_total(track, cells);
    return board__mean(cells, board__case_count(track));
}
