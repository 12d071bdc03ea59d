#include "sdk/case.h"

#include "sdk/file.h"
#include "sdk/rank.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char runtime_key[] = "config_runtime";
static const char normalizer_key[] = "config_runtime_normalizers";

struct task_case {
    char *folder;
    char *collection;
    struct task_buf sample; /* sample_submission.csv so far */
    json_t *graphs;
};

void task_case_free(struct task_case *c)
{
    if (!c)
        return;
    free(c->folder);
    free(c->collection);
    task_buf_release(&c->sample);
    json_decref(c->graphs);
    free(c);
}

void task_case_cleanup(struct task_case **c)
{
    task_case_free(*c);
}

static bool make_folders(const struct task_case *c, struct task_error *err)
{
    static const char *const parts[] = {"in/train", "in/test", "ref"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        task_auto_free char *path = task_strf("%s/%s", c->folder, parts[i]);
        if (!task_dir_make(path, err))
            return false;
    }
    return true;
}

struct task_case *task_case_new(const char *out, const char *collection,
                                struct task_error *err)
{
    struct task_case *c = task_alloc(1, sizeof *c);
    c->folder = task_strf("%s/%s", out, collection);
    c->collection = task_strdup(collection);
    c->graphs = json_array();
    for (char *p = c->folder + strlen(out); *p; p++) {
        if (*p == ':')
            *p = '-';
    }
    task_buf_printf(&c->sample, "ID,TopConfigs\n");
    if (c->graphs && make_folders(c, err))
        return c;
    task_case_free(c);
    (void)task_fail(err, TASK_HOST, "cannot start a case");
    return NULL;
}

static struct task_array *find(struct task_array *arrays, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(arrays[i].key, key) == 0)
            return &arrays[i];
    }
    return NULL;
}

static bool is_per_configuration(const char *key)
{
    return strncmp(key, "config_", 7) == 0 || strcmp(key, "node_config_feat") == 0;
}

static bool check_labels(const struct task_array *labels, struct task_error *err)
{
    if (labels->dtype != TASK_I8 || labels->rank != 1)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is not an i8 vector", labels->key);
    const int64_t *values = task_array_i8(labels);
    for (size_t i = 0; i < labels->shape[0]; i++) {
        if (values[i] < 1)
            return task_fail(err, TASK_PACKAGE,
                             "%s[%zu] is %lld: these are placeholders, not labels",
                             labels->key, i, (long long)values[i]);
    }
    return true;
}

/* Labels are there and every array of configurations has as many rows as they have. */
static bool check_arrays(struct task_array *arrays, size_t count, size_t *configs,
                         struct task_error *err)
{
    const struct task_array *runtime = find(arrays, count, runtime_key);
    const struct task_array *normalizer = find(arrays, count, normalizer_key);
    if (!runtime)
        return task_fail(err, TASK_PACKAGE, "no array \"%s\"", runtime_key);
    if (!check_labels(runtime, err) || (normalizer && !check_labels(normalizer, err)))
        return false;
    *configs = runtime->shape[0];
    if (*configs < 2)
        return task_fail(err, TASK_PACKAGE, "fewer than two configurations");
    for (size_t i = 0; i < count; i++) {
        if (is_per_configuration(arrays[i].key) &&
            (arrays[i].rank == 0 || arrays[i].shape[0] != *configs))
            return task_fail(err, TASK_PACKAGE, "\"%s\" does not have %zu rows",
                             arrays[i].key, *configs);
    }
    return true;
}

/* Row i of the result is row order[i] of the source. */
static void reorder(struct task_array *array, const uint32_t *order)
{
    size_t row = task_array_bytes(array) / array->shape[0];
    uint8_t *data = task_alloc(array->shape[0], row);
    for (size_t i = 0; i < array->shape[0]; i++)
        memcpy(data + i * row, (const uint8_t *)array->data + order[i] * row, row);
    free(array->data);
    array->data = data;
}

static void shuffle(struct task_array *arrays, size_t count, const uint32_t *order)
{
    for (size_t i = 0; i < count; i++) {
        if (is_per_configuration(arrays[i].key))
            reorder(&arrays[i], order);
    }
}

/* Checks, and shuffles what is not published; the order is also left in sample->order. */
static bool prepare(const struct task_sample *sample, struct task_array *arrays,
                    size_t count, size_t *configs, struct task_error *err)
{
    if (!check_arrays(arrays, count, configs, err))
        return false;
    if (!sample->rng)
        return true;
    task_auto_free uint32_t *order = task_alloc(*configs, sizeof *order);
    task_rng_permutation(sample->rng, order, *configs);
    shuffle(arrays, count, order);
    if (sample->order)
        memcpy(sample->order, order, *configs * sizeof *order);
    return true;
}

bool task_case_train(struct task_case *c, const struct task_sample *sample,
                     struct task_array *arrays, size_t count, struct task_error *err)
{
    size_t configs = 0;
    if (!prepare(sample, arrays, count, &configs, err))
        return task_wrap(err, "graph \"%s\"", sample->name);
    task_auto_free char *path = task_strf("%s/in/train/%s.npz", c->folder, sample->name);
    return task_npz_write(path, arrays, count, err);
}

static void add_sample(struct task_case *c, const char *name, size_t configs)
{
    task_buf_printf(&c->sample, "%s:%s,0", c->collection, name);
    for (size_t i = 1; i < configs; i++)
        task_buf_printf(&c->sample, ";%zu", i);
    task_buf_printf(&c->sample, "\n");
}

/* Moves the labels out: ref gets them, the arrays keep placeholders. */
static size_t take_labels(struct task_array *arrays, size_t count, struct task_array ref[2])
{
    static const struct {
        const char *key;
        int64_t placeholder;
    } labels[] = {{runtime_key, 0}, {normalizer_key, 1}};
    size_t taken = 0;
    for (size_t i = 0; i < 2; i++) {
        struct task_array *array = find(arrays, count, labels[i].key);
        if (!array)
            continue;
        ref[taken++] = *array;
        task_array_init(array, labels[i].key, TASK_I8, 1, ref[taken - 1].shape);
        for (size_t k = 0; k < array->shape[0]; k++)
            task_array_i8(array)[k] = labels[i].placeholder;
    }
    return taken;
}

static bool write_test(struct task_case *c, const char *name, struct task_array *arrays,
                       size_t count, struct task_error *err)
{
    struct task_array ref[2] = {0};
    size_t taken = take_labels(arrays, count, ref);
    task_auto_free char *test_path = task_strf("%s/in/test/%s.npz", c->folder, name);
    task_auto_free char *ref_path = task_strf("%s/ref/%s.npz", c->folder, name);
    bool is_written = task_npz_write(test_path, arrays, count, err) &&
                      task_npz_write(ref_path, ref, taken, err);
    for (size_t i = 0; i < taken; i++)
        task_array_release(&ref[i]);
    return is_written;
}

bool task_case_test(struct task_case *c, const struct task_sample *sample,
                    struct task_array *arrays, size_t count, struct task_error *err)
{
    size_t configs = 0;
    char drawn[33] = "";
    if (sample->rng)
        task_rng_name(sample->rng, drawn);
    const char *name = sample->name ? sample->name : drawn;
    if (!prepare(sample, arrays, count, &configs, err))
        return task_wrap(err, "graph \"%s\"", name);
    if (!write_test(c, name, arrays, count, err))
        return false;
    add_sample(c, name, configs);
    json_t *graph = json_pack("{s:s, s:I, s:b}", "name", name, "configs",
                              (json_int_t)configs, "shifted", (int)sample->is_shifted);
    if (json_array_append_new(c->graphs, graph) != 0)
        return task_fail(err, TASK_HOST, "cannot note graph \"%s\"", name);
    return true;
}

static bool write_text(const struct task_case *c, const char *name, const char *text,
                       size_t length, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", c->folder, name);
    return task_file_write(path, text, length, err);
}

static bool write_reference(const struct task_case *c, const struct task_case_end *end,
                            struct task_error *err)
{
    json_t *root =
        json_pack("{s:s, s:s, s:f, s:f, s:O}", "schema", "podium.reference/1", "collection",
                  c->collection, "m0", end->m0, "m1", end->m1, "graphs", c->graphs);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    if (!text)
        return task_fail(err, TASK_HOST, "cannot write the reference");
    bool is_written = write_text(c, "ref/reference.json", text, strlen(text), err);
    free(text);
    return is_written;
}

bool task_case_finish(struct task_case *c, const struct task_case_end *end,
                      struct task_error *err)
{
    if (json_array_size(c->graphs) == 0)
        return task_fail(err, TASK_PACKAGE, "collection \"%s\" has no test graphs",
                         c->collection);
    if (!(end->m1 > end->m0))
        return task_fail(err, TASK_PACKAGE, "collection \"%s\": m1 must be above m0",
                         c->collection);
    return write_text(c, "in/sample_submission.csv", c->sample.data, c->sample.length,
                      err) &&
           write_text(c, "in/README.txt", end->readme, strlen(end->readme), err) &&
           write_reference(c, end, err);
}
