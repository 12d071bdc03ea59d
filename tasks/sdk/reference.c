#include "sdk/reference.h"

#include "sdk/buf.h"
#include "sdk/npz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void unmap(struct task_reference *ref)
{
    (void)munmap(ref->image, ref->image_bytes); /* fails only for what is no mapping */
    free(ref->graphs);
    *ref = (struct task_reference){0};
}

void task_reference_release(struct task_reference *ref)
{
    if (ref->image) {
        unmap(ref);
        return;
    }
    for (size_t i = 0; i < ref->count; i++) {
        struct task_graph *graph = &ref->graphs[i];
        if (!ref->names) {
            free(graph->id);
            free(graph->collection);
        }
        free(graph->runtime);
        free(graph->normalizer);
        task_order_release(&graph->order);
    }
    free(ref->graphs);
    free(ref->table);
    free(ref->ratios);
    free(ref->names);
    free(ref->collection);
    *ref = (struct task_reference){0};
}

/* Test files of the public data set carry 0 instead of labels: a score against them would
 * be 0/0. */
static bool check_positive(const int64_t *values, size_t n, const char *key,
                           struct task_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] < 1)
            return task_fail(err, TASK_PACKAGE,
                             "%s[%zu] is %lld: these are placeholders, not labels", key, i,
                             (long long)values[i]);
    }
    return true;
}

static bool check_labels(const struct task_labels *labels, struct task_error *err)
{
    if (labels->configs < 1 || labels->configs > UINT32_MAX / 2)
        return task_fail(err, TASK_PACKAGE, "no configurations, or too many");
    if (!check_positive(labels->runtime, labels->configs, "config_runtime", err))
        return false;
    if (labels->normalizer)
        return check_positive(labels->normalizer, labels->configs,
                              "config_runtime_normalizers", err);
    for (size_t i = 1; i < labels->configs; i++) {
        if (labels->runtime[i] != labels->runtime[0])
            return true;
    }
    return task_fail(err, TASK_PACKAGE,
                     "all runtimes are equal: Kendall's tau is undefined");
}

static int64_t *copy_values(const int64_t *values, size_t n)
{
    int64_t *copy = task_alloc(n, sizeof *copy);
    memcpy(copy, values, n * sizeof *copy);
    return copy;
}

/* Exactly, by cross products. */
static bool is_faster(const struct task_labels *labels, size_t a, size_t b)
{
    if (!labels->normalizer)
        return labels->runtime[a] < labels->runtime[b];
    return task_ratio_less(labels->runtime[a], labels->normalizer[a], labels->runtime[b],
                           labels->normalizer[b]);
}

bool task_reference_add(struct task_reference *ref, const char *collection,
                        const char *name, const struct task_labels *labels,
                        struct task_error *err)
{
    if (!check_labels(labels, err))
        return task_wrap(err, "graph \"%s:%s\"", collection, name);
    struct task_graph graph = {
        .id = task_strf("%s:%s", collection, name),
        .collection = task_strdup(collection),
        .is_shifted = labels->is_shifted,
        .rule = labels->normalizer ? TASK_LIST_TOP : TASK_LIST_PERMUTATION,
        .configs = labels->configs,
        .runtime = copy_values(labels->runtime, labels->configs),
    };
    graph.id_length = strlen(graph.id);
    if (labels->normalizer)
        graph.normalizer = copy_values(labels->normalizer, labels->configs);
    else
        task_order_init(&graph.order, graph.runtime, graph.configs);
    for (uint32_t i = 1; i < graph.configs; i++) {
        if (is_faster(labels, i, graph.best))
            graph.best = i;
        if (is_faster(labels, graph.worst, i))
            graph.worst = i;
    }
    ref->graphs = task_grow(ref->graphs, ref->count + 1, sizeof *ref->graphs);
    ref->graphs[ref->count++] = graph;
    return true;
}

/* Of the last 16 bytes: ids end in 32 hex digits that are random already. */
static size_t hash_id(const char *id, size_t length)
{
    uint64_t words[2] = {0};
    size_t taken = length < sizeof words ? length : sizeof words;
    if (taken == sizeof words)
        memcpy(words, id + length - sizeof words, sizeof words);
    else
        memcpy(words, id, taken);
    uint64_t hash = (words[0] ^ words[1] << 1) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32);
}

static int compare_graphs(const void *a, const void *b)
{
    const struct task_graph *left = a, *right = b;
    return strcmp(left->id, right->id);
}

/* Moves a string into the block at *at. */
static char *move_name(char *name, char **at)
{
    size_t bytes = strlen(name) + 1;
    char *moved = memcpy(*at, name, bytes);
    *at += bytes;
    free(name);
    return moved;
}

/* Into one block: between the labels, every name would be on a page of its own. Graphs are
 * sorted, so that a collection's stand together. */
static void gather_names(struct task_reference *ref)
{
    size_t total = 0;
    for (size_t i = 0; i < ref->count; i++)
        total += strlen(ref->graphs[i].id) + strlen(ref->graphs[i].collection) + 2;
    char *at = task_alloc(total, 1), *names = at, *last = NULL;
    for (size_t i = 0; i < ref->count; i++) {
        struct task_graph *graph = &ref->graphs[i];
        graph->id = move_name(graph->id, &at);
        if (last && strcmp(last, graph->collection) == 0)
            free(graph->collection);
        else
            last = move_name(graph->collection, &at);
        graph->collection = last;
    }
    ref->names = names;
}

/* In one block, which gets huge pages: a tile list reads five places out of megabytes. */
static void fill_ratios(struct task_reference *ref)
{
    size_t total = 0;
    for (size_t i = 0; i < ref->count; i++)
        total += ref->graphs[i].configs;
    free(ref->ratios);
    ref->ratios = task_alloc_raw(total, sizeof *ref->ratios);
    double *at = ref->ratios;
    for (size_t i = 0; i < ref->count; i++) {
        struct task_graph *graph = &ref->graphs[i];
        graph->ratio = at;
        for (size_t k = 0; k < graph->configs; k++) {
            double normalizer = graph->normalizer ? (double)graph->normalizer[k] : 1.0;
            *at++ = (double)graph->runtime[k] / normalizer;
        }
    }
}

static void fill_table(struct task_reference *ref)
{
    ref->table_size = 16;
    while (ref->table_size < 4 * ref->count)
        ref->table_size *= 2;
    free(ref->table);
    ref->table = task_alloc(ref->table_size, sizeof *ref->table);
    for (size_t i = 0; i < ref->count; i++) {
        const char *id = ref->graphs[i].id;
        size_t at = hash_id(id, strlen(id)) & (ref->table_size - 1);
        while (ref->table[at] != 0)
            at = (at + 1) & (ref->table_size - 1);
        ref->table[at] = (uint32_t)(i + 1);
    }
}

bool task_reference_index(struct task_reference *ref, struct task_error *err)
{
    if (ref->count == 0 || ref->names)
        return task_fail(err, TASK_PACKAGE, "the reference has no graphs, or is indexed");
    qsort(ref->graphs, ref->count, sizeof *ref->graphs, compare_graphs);
    for (size_t i = 1; i < ref->count; i++) {
        if (strcmp(ref->graphs[i].id, ref->graphs[i - 1].id) == 0)
            return task_fail(err, TASK_PACKAGE, "graph \"%s\" occurs twice",
                             ref->graphs[i].id);
    }
    gather_names(ref);
    fill_table(ref);
    fill_ratios(ref);
    return true;
}

const struct task_graph *task_reference_find(const struct task_reference *ref,
                                             const char *id, size_t length)
{
    size_t at = hash_id(id, length) & (ref->table_size - 1);
    for (; ref->table[at] != 0; at = (at + 1) & (ref->table_size - 1)) {
        const struct task_graph *graph = &ref->graphs[ref->table[at] - 1];
        if (graph->id_length == length && memcmp(graph->id, id, length) == 0)
            return graph;
    }
    return NULL;
}

static bool read_integers(struct task_npz *npz, const char *key, struct task_array *array,
                          struct task_error *err)
{
    if (!task_npz_read(npz, key, array, err))
        return false;
    if (array->dtype != TASK_I8 || array->rank != 1)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is not an i8 vector", key);
    return true;
}

/* Labels of one graph, or of all graphs one after the other. */
struct label_file {
    char *path;
    struct task_array runtime, normalizer;
    bool has_normalizer;
    size_t used; /* of the labels of all */
};

static void label_file_release(struct label_file *file)
{
    free(file->path);
    task_array_release(&file->runtime);
    task_array_release(&file->normalizer);
    *file = (struct label_file){0};
}

static bool label_file_load(struct label_file *file, struct task_error *err)
{
    task_auto_npz struct task_npz *npz = task_npz_open(file->path, err);
    if (!npz || !read_integers(npz, "config_runtime", &file->runtime, err))
        return false;
    file->has_normalizer = task_npz_has(npz, "config_runtime_normalizers");
    if (!file->has_normalizer)
        return true;
    if (!read_integers(npz, "config_runtime_normalizers", &file->normalizer, err))
        return false;
    return file->normalizer.shape[0] == file->runtime.shape[0] ||
           task_fail(err, TASK_PACKAGE, "\"%s\" has not as many normalizers as runtimes",
                     file->path);
}

/* The next graph of the file: its entry in reference.json says how many are its own. */
static bool add_graph(struct label_file *file, json_t *entry, struct task_reference *ref,
                      struct task_error *err)
{
    const char *name = NULL;
    json_int_t configs = 0;
    int is_shifted = 0;
    if (json_unpack(entry, "{s:s, s:I, s:b !}", "name", &name, "configs", &configs,
                    "shifted", &is_shifted) != 0)
        return task_fail(err, TASK_PACKAGE, "a graph's entry is malformed");
    if (configs < 0 || (size_t)configs > file->runtime.shape[0] - file->used)
        return task_fail(err, TASK_PACKAGE, "\"%s\" does not have %lld configurations",
                         file->path, (long long)configs);
    const int64_t *runtime = file->runtime.data, *normalizer = file->normalizer.data;
    const struct task_labels labels = {
        runtime + file->used, file->has_normalizer ? normalizer + file->used : NULL,
        (size_t)configs, is_shifted != 0};
    file->used += (size_t)configs;
    return task_reference_add(ref, ref->collection, name, &labels, err);
}

static bool is_used_up(const struct label_file *file, struct task_error *err)
{
    return file->used == file->runtime.shape[0] ||
           task_fail(err, TASK_PACKAGE, "\"%s\" has %zu runtimes, reference.json says %zu",
                     file->path, file->runtime.shape[0], file->used);
}

static bool load_graph(const char *case_dir, json_t *entry, struct task_reference *ref,
                       struct task_error *err)
{
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (!name || strchr(name, '/'))
        return task_fail(err, TASK_PACKAGE, "a graph's entry is malformed");
    struct label_file file = {.path = task_strf("%s/ref/%s.npz", case_dir, name)};
    bool is_loaded = label_file_load(&file, err) && add_graph(&file, entry, ref, err) &&
                     is_used_up(&file, err);
    label_file_release(&file);
    return is_loaded;
}

/* One file of hundreds of graphs is read in a tenth of the time of hundreds of files. */
static bool load_all(const char *path, json_t *graphs, struct task_reference *ref,
                     struct task_error *err)
{
    struct label_file file = {.path = task_strdup(path)};
    bool is_loaded = label_file_load(&file, err);
    for (size_t i = 0; is_loaded && i < json_array_size(graphs); i++)
        is_loaded = add_graph(&file, json_array_get(graphs, i), ref, err);
    is_loaded = is_loaded && is_used_up(&file, err);
    label_file_release(&file);
    return is_loaded;
}

static bool load_graphs(const char *case_dir, json_t *root, struct task_reference *ref,
                        struct task_error *err)
{
    const char *schema = NULL, *collection = NULL;
    json_t *graphs = NULL;
    if (json_unpack(root, "{s:s, s:s, s:F, s:F, s:o !}", "schema", &schema, "collection",
                    &collection, "m0", &ref->m0, "m1", &ref->m1, "graphs", &graphs) != 0 ||
        strcmp(schema, "podium.reference/1") != 0 || !(ref->m1 > ref->m0))
        return task_fail(err, TASK_PACKAGE, "\"%s/ref/reference.json\" is malformed",
                         case_dir);
    ref->collection = task_strdup(collection);
    task_auto_free char *all = task_strf("%s/ref/labels.npz", case_dir);
    if (access(all, F_OK) == 0)
        return load_all(all, graphs, ref, err) && task_reference_index(ref, err);
    for (size_t i = 0; i < json_array_size(graphs); i++) {
        if (!load_graph(case_dir, json_array_get(graphs, i), ref, err))
            return task_wrap(err, "\"%s/ref\": graph %zu", case_dir, i);
    }
    return task_reference_index(ref, err);
}

bool task_reference_load(const char *case_dir, struct task_reference *ref,
                         struct task_error *err)
{
    *ref = (struct task_reference){0};
    task_auto_free char *path = task_strf("%s/ref/reference.json", case_dir);
    json_error_t where;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return task_fail(err, TASK_PACKAGE, "cannot read \"%s\": line %d: %s", path,
                         where.line, where.text);
    bool is_loaded = load_graphs(case_dir, root, ref, err);
    json_decref(root);
    if (!is_loaded)
        task_reference_release(ref);
    return is_loaded;
}
