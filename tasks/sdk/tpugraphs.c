#include "sdk/tpugraphs.h"

#include "sdk/file.h"

#include <stdio.h>
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

/* One configuration always wins, and tau is undefined where all runtimes are equal: such a
 * graph would only dilute the mean. */
static bool is_rankable(const struct graph *graph)
{
    const struct task_array *runtime = NULL;
    bool has_normalizer = false;
    for (size_t i = 0; i < graph->count; i++) {
        const struct task_array *array = &graph->arrays[i];
        if (strcmp(array->key, "config_runtime") == 0 && array->dtype == TASK_I8)
            runtime = array;
        has_normalizer |= strcmp(array->key, "config_runtime_normalizers") == 0;
    }
    size_t configs = runtime ? task_array_count(runtime) : 2;
    bool is_varied = has_normalizer || !runtime;
    for (size_t i = 1; i < configs && !is_varied; i++)
        is_varied = task_array_i8(runtime)[i] != task_array_i8(runtime)[0];
    /* Placeholders are refused with their own word, not left out. */
    bool is_placeholder = runtime && configs > 0 && task_array_i8(runtime)[0] == 0;
    return is_placeholder || (configs > 1 && is_varied);
}

struct walk {
    const struct task_tpugraphs *part;
    struct task_case *target;
    char *folder; /* SOURCE/npz/tile/xla */
};

static bool import_file(struct walk *w, const char *split, const char *file, bool is_test,
                        struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s/%s", w->folder, split, file);
    task_auto_free char *name = task_strf("%.*s", (int)(strlen(file) - 4), file);
    struct graph graph = {.count = 0};
    /* Indices in a submission mean the published order, and rows the published names. */
    const struct task_sample sample = {.name = name};
    bool is_done = read_graph(path, w->part->keys, &graph, err);
    if (is_done && is_test && !is_rankable(&graph))
        (void)fprintf(stderr, "left out: nothing to rank in \"%s\"\n", path);
    else if (is_done && is_test)
        is_done = task_case_test(w->target, &sample, graph.arrays, graph.count, err);
    else if (is_done)
        is_done = task_case_train(w->target, &sample, graph.arrays, graph.count, err);
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

static bool import_part(const struct task_import *job, const struct task_tpugraphs *part,
                        char *folder, struct task_error *err)
{
    struct walk w = {.part = part, .folder = folder};
    task_auto_case struct task_case *target =
        task_case_new(job->out, part->collection, err);
    w.target = target;
    const struct task_case_end end = {part->m0, part->m1, part->readme};
    bool is_train_scored = strcmp(job->split, "train") == 0;
    return target && (is_train_scored || import_split(&w, "train", false, err)) &&
           import_split(&w, job->split, true, err) && task_case_finish(target, &end, err);
}

/* SOURCE/npz/<folder>, or SOURCE/<folder>; NULL where neither is there. */
static char *find_folder(const struct task_import *job, const struct task_tpugraphs *part)
{
    static const char *const forms[] = {"/npz", ""};
    for (size_t i = 0; i < 2; i++) {
        task_auto_free char *path =
            task_strf("%s%s/%s", job->source, forms[i], part->folder);
        if (task_dir_exists(path))
            return task_steal(&path);
    }
    return NULL;
}

bool task_tpugraphs_import_all(const struct task_import *job,
                               const struct task_tpugraphs *parts, size_t count,
                               struct task_error *err)
{
    if (strcmp(job->format, "tpugraphs") != 0)
        return task_fail(err, TASK_USAGE, "format \"%s\" is not tpugraphs", job->format);
    if (strchr(job->split, '/'))
        return task_fail(err, TASK_USAGE, "split \"%s\" is no folder's name", job->split);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        task_auto_free char *folder = find_folder(job, &parts[i]);
        if (folder && !import_part(job, &parts[i], folder, err))
            return false;
        found += folder != NULL;
    }
    return found > 0 ||
           task_fail(err, TASK_USAGE, "\"%s\" has no folder npz/%s or the like",
                     job->source, parts[0].folder);
}
