/* qsort has no context, so the index is sorted by a table of pairs. */
#include "roster.h"

#include <stdlib.h>
#include <string.h>

enum { LOOKS = 2 };

struct pair {
    const char *key;
    size_t want;
};

static int compare(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return strcmp(x->key, y->key);
}

static void sort_keys(struct roster *roster)
{
    struct pair *pairs = pod_alloc(roster->count + 1, sizeof *pairs);
    for (size_t i = 0; i < roster->count; i++)
        pairs[i] = (struct pair){roster->wants[i].key, i};
    qsort(pairs, roster->count, sizeof *pairs, compare);
    roster->by_key = pod_alloc(roster->count + 1, sizeof *roster->by_key);
    for (size_t i = 0; i < roster->count; i++)
        roster->by_key[i] = pairs[i].want;
    free(pairs);
}

void roster_init(struct roster *roster, const struct executor_job *jobs, size_t count)
{
    memset(roster, 0, sizeof *roster);
    size_t wants = 0;
    for (size_t j = 0; j < count; j++)
        wants += jobs[j].plan.count;
    roster->wants = pod_alloc(wants + 1, sizeof *roster->wants);
    for (size_t j = 0; j < count; j++)
        for (size_t i = 0; i < jobs[j].plan.count; i++)
            roster->wants[roster->count++] = (struct roster_want){
                .job = j, .at = i, .key = jobs[j].plan.jobs[i].key.hex};
    sort_keys(roster);
}

static void release_array(struct roster_array *array)
{
    for (size_t t = 0; t < array->count; t++)
        free(array->tasks[t].wants);
    free(array->tasks);
    free(array->name);
}

void roster_release(struct roster *roster)
{
    for (size_t i = 0; i < roster->array_count; i++)
        release_array(&roster->arrays[i]);
    for (size_t i = 0; i < roster->count; i++)
        free(roster->wants[i].judge_error);
    free(roster->arrays);
    free(roster->wants);
    free(roster->by_key);
    memset(roster, 0, sizeof *roster);
}

struct roster_want *roster_find(struct roster *roster, const char *key)
{
    size_t low = 0, high = roster->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct roster_want *want = &roster->wants[roster->by_key[middle]];
        int order = strcmp(want->key, key);
        if (order == 0)
            return want;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t roster_missing(const struct roster *roster)
{
    size_t missing = 0;
    for (size_t i = 0; i < roster->count; i++)
        missing += !roster->wants[i].is_done;
    return missing;
}

struct roster_array *roster_add_array(struct roster *roster, unsigned number,
                                      const char *name, size_t tasks)
{
    roster->arrays =
        pod_grow(roster->arrays, roster->array_count + 1, sizeof *roster->arrays);
    struct roster_array *array = &roster->arrays[roster->array_count++];
    *array = (struct roster_array){
        .number = number,
        .name = pod_strdup(name),
        .tasks = pod_alloc(tasks + 1, sizeof *array->tasks),
        .count = tasks,
    };
    return array;
}

void roster_add_want(struct roster_array *array, size_t task, size_t want)
{
    struct roster_task *to = &array->tasks[task];
    to->wants = pod_grow(to->wants, to->count + 1, sizeof *to->wants);
    to->wants[to->count++] = want;
}

void roster_drop_array(struct roster *roster, size_t at)
{
    release_array(&roster->arrays[at]);
    roster->array_count--;
    memmove(&roster->arrays[at], &roster->arrays[at + 1],
            (roster->array_count - at) * sizeof *roster->arrays);
}

static struct roster_array *find_array(struct roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->array_count; i++)
        if (strcmp(roster->arrays[i].name, name) == 0)
            return &roster->arrays[i];
    return NULL;
}

struct roster_task *roster_find_task(struct roster *roster, const struct slurm_row *row)
{
    struct roster_array *array = find_array(roster, row->array);
    return array != NULL && row->index < array->count ? &array->tasks[row->index] : NULL;
}

void roster_see(struct roster *roster, const struct slurm_rows *rows)
{
    for (size_t i = 0; i < roster->array_count; i++)
        for (size_t t = 0; t < roster->arrays[i].count; t++)
            roster->arrays[i].tasks[t].absent++;
    for (size_t r = 0; r < rows->count; r++) {
        struct roster_array *array = find_array(roster, rows->items[r].array);
        if (array == NULL)
            continue;
        /* There, whatever sbatch said or did not say. */
        array->is_submitted = true;
        if (rows->items[r].index < array->count)
            array->tasks[rows->items[r].index].absent = 0;
    }
}

bool roster_task_is_over(const struct roster_array *array, const struct roster_task *task)
{
    return array->is_submitted && task->absent >= LOOKS;
}

bool roster_array_is_over(const struct roster_array *array)
{
    for (size_t t = 0; t < array->count; t++)
        if (!roster_task_is_over(array, &array->tasks[t]))
            return false;
    return true;
}

size_t roster_task_missing(const struct roster *roster, const struct roster_task *task)
{
    size_t missing = 0;
    for (size_t w = 0; w < task->count; w++)
        missing += !roster->wants[task->wants[w]].is_done;
    return missing;
}

void roster_cover(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        roster->wants[i].is_covered = false;
    for (size_t i = 0; i < roster->array_count; i++) {
        const struct roster_array *array = &roster->arrays[i];
        for (size_t t = 0; t < array->count; t++) {
            const struct roster_task *task = &array->tasks[t];
            bool is_over = roster_task_is_over(array, task);
            for (size_t w = 0; !is_over && w < task->count; w++)
                roster->wants[task->wants[w]].is_covered = true;
        }
    }
}
