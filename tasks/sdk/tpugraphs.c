#include "sdk/tpugraphs.h"

#include "sdk/file.h"

#include <stdlib.h>
#include <string.h>

enum { ARRAYS = 8 };

struct graph {
    struct task_array arrays[ARRAYS];
    size_t count;
};

static void release(struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        task_array_release(&graph->arrays[i]);
    graph->count = 0;
}

/* Labels are i4 in some files: the cases have i8. */
static void widen(struct task_array *array)
{
    if (array->rank != 1 || (array->dtype != TASK_I4 && array->dtype != TASK_U1))
        return;
    struct task_array wide;
    task_array_init(&wide, array->key, TASK_I8, 1, array->shape);
    for (size_t i = 0; i < array->shape[0]; i++)
        task_array_i8(&wide)[i] = task_array_integer(array, i);
    task_array_release(array);
    *array = wide;
}

/* An optional key has a '?' before it in the list. */
static bool read_graph(const char *path, const char *const *keys, struct graph *graph,
                       struct task_error *err)
{
    task_auto_npz struct task_npz *npz = task_npz_open(path, err);
    for (; npz && *keys; keys++) {
        const char *key = **keys == '?' ? *keys + 1 : *keys;
        if (**keys == '?' && !task_npz_has(npz, key))
            continue;
        if (graph->count == ARRAYS)
            abort(); /* a list of keys in a task's source */
        struct task_array *array = &graph->arrays[graph->count];
        if (!task_npz_read(npz, key, array, err))
            return false;
        graph->count++;
        if (strncmp(key, "config_runtime", strlen("config_runtime")) == 0)
            widen(array);
    }
    return npz != NULL;
}

struct walk {
    const struct task_tpugraphs *part;
    struct task_case *target;
    struct task_rng rng;
    char *folder; /* SOURCE/npz/tile/xla */
};

static bool import_file(struct walk *w, const char *split, const char *file, bool is_test,
                        struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s/%s", w->folder, split, file);
    task_auto_free char *name = task_strf("%.*s", (int)(strlen(file) - 4), file);
    struct graph graph = {.count = 0};
    const struct task_test test = {0};
    bool is_done = read_graph(path, w->part->keys, &graph, err);
    if (is_done && is_test)
        is_done = task_case_test(w->target, &test, graph.arrays, graph.count, &w->rng, err);
    else if (is_done)
        is_done = task_case_train(w->target, name, graph.arrays, graph.count, &w->rng, err);
    release(&graph);
    return is_done || task_wrap(err, "\"%s\"", path);
}

static bool import_split(struct walk *w, const char *split, bool is_test,
                         struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", w->folder, split);
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    if (!is_test && !task_dir_exists(path))
        return true; /* scoring needs no training data */
    if (!task_dir_list(path, ".npz", &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        if (!import_file(w, split, names.items[i], is_test, err))
            return false;
    }
    return true;
}

/* Names and orders are drawn from what is imported, not from a secret: whoever has the data
 * set has the labels too. */
static void init_rng(const struct task_import *job, const struct task_tpugraphs *part,
                     struct task_rng *rng)
{
    const struct task_stream stream = {.seed = "",
                                       .task = job->program->id,
                                       .version = job->program->version,
                                       .split = job->split,
                                       .purpose = part->collection};
    task_rng_init(rng, &stream);
}

bool task_tpugraphs_import(const struct task_import *job, const struct task_tpugraphs *part,
                           bool *found, struct task_error *err)
{
    struct walk w = {.part = part};
    init_rng(job, part, &w.rng);
    task_auto_free char *below = task_strf("%s/npz/%s", job->source, part->folder);
    task_auto_free char *direct = task_strf("%s/%s", job->source, part->folder);
    w.folder = task_dir_exists(below) ? below : direct;
    *found = task_dir_exists(w.folder);
    if (!*found)
        return true;
    task_auto_case struct task_case *target =
        task_case_new(job->out, part->collection, err);
    w.target = target;
    const struct task_case_end end = {part->m0, part->m1, part->readme};
    return target && import_split(&w, "train", false, err) &&
           import_split(&w, job->split, true, err) && task_case_finish(target, &end, err);
}
