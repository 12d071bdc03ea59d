#include "case.h"

#include "bound.h"
#include "sim.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] = "podium.cache/1";

static const char readme[] =
    "Decide what a cache keeps.\n"
    "\n"
    "There is nothing to read here but this text: the requests come one after the other "
    "on\n"
    "standard input, and the answers go to standard output. README.md of the task has the\n"
    "messages. The environment says in HELLO what kind of cache this is and how large.\n";

/* Misses of LRU, in all and in each window. */
static uint64_t measure_lru(const struct cache_writing *w, uint32_t *windows)
{
    const struct cache_trace *trace = w->trace;
    struct cache_sim *sim = cache_sim_new(trace, w->capacity, cache_policy_find("lru"));
    uint32_t from = 0;
    for (uint32_t i = 0; i < CACHE_WINDOWS; i++) {
        uint32_t to = from;
        uint64_t before = sim->misses;
        while (to < trace->requests && cache_window(trace, to) == i)
            to++;
        cache_sim_run(sim, from, to);
        windows[i] = (uint32_t)(sim->misses - before);
        from = to;
    }
    uint64_t misses = sim->misses;
    cache_sim_free(sim);
    return misses;
}

static json_t *reference(const struct cache_writing *w, const struct cache_case *found)
{
    json_t *windows = json_array();
    for (int i = 0; i < CACHE_WINDOWS; i++)
        json_array_append_new(windows, json_integer(found->lru_windows[i]));
    return json_pack("{s:s, s:s, s:i, s:i, s:I, s:I, s:I, s:o}", "schema", schema, "trace",
                     w->name, "m0", 0, "m1", 1, "capacity", (json_int_t)w->capacity,
                     "lru_misses", (json_int_t)found->lru_misses, "bound_misses",
                     (json_int_t)found->bound_misses, "lru_windows", windows);
}

static bool write_reference(const struct cache_writing *w, const struct cache_case *found,
                            const char *path, struct task_error *err)
{
    json_t *root = reference(w, found);
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    bool is_written = text ? task_file_write(path, text, strlen(text), err)
                           : task_fail(err, TASK_HOST, "cannot write the reference");
    free(text);
    return is_written;
}

static bool write_files(const struct cache_writing *w, const struct cache_case *found,
                        struct task_error *err)
{
    task_auto_free char *in = task_strf("%s/%s-%s/in", w->out, w->name, w->suffix);
    task_auto_free char *ref = task_strf("%s/%s-%s/ref", w->out, w->name, w->suffix);
    task_auto_free char *text = task_strf("%s/README.txt", in);
    task_auto_free char *trace = task_strf("%s/trace.bin", ref);
    task_auto_free char *json = task_strf("%s/reference.json", ref);
    return task_dir_make(in, err) && task_dir_make(ref, err) &&
           task_file_write(text, readme, strlen(readme), err) &&
           cache_trace_write(w->trace, trace, err) && write_reference(w, found, json, err);
}

bool cache_case_write(const struct cache_writing *w, struct task_error *err)
{
    struct cache_case found = {.name = ""};
    if (w->trace->requests < CACHE_WINDOWS)
        return task_fail(err, TASK_PACKAGE, "trace \"%s\" has %u requests, fewer than %d",
                         w->name, w->trace->requests, CACHE_WINDOWS);
    found.lru_misses = measure_lru(w, found.lru_windows);
    found.bound_misses = cache_bound_misses(w->trace, w->capacity);
    if (found.bound_misses >= found.lru_misses)
        return task_fail(err, TASK_PACKAGE,
                         "trace \"%s\", a cache of %llu: nothing can be better than LRU",
                         w->name, (unsigned long long)w->capacity);
    return write_files(w, &found, err);
}

bool cache_case_write_both(const char *out, const char *name,
                           const struct cache_trace *trace, struct task_error *err)
{
    static const struct {
        const char *suffix;
        uint64_t part;
    } sizes[] = {{"small", 100}, {"large", 10}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t capacity = trace->footprint / sizes[i].part;
        const struct cache_writing writing = {out, name, sizes[i].suffix, trace,
                                              capacity > 0 ? capacity : 1};
        if (!cache_case_write(&writing, err))
            return false;
    }
    return true;
}

static bool read_windows(json_t *array, struct cache_case *loaded)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < CACHE_WINDOWS; i++) {
        json_int_t value = json_integer_value(json_array_get(array, i));
        if (value < 0 || value > UINT32_MAX)
            return false;
        loaded->lru_windows[i] = (uint32_t)value;
        sum += (uint64_t)value;
    }
    return json_array_size(array) == CACHE_WINDOWS && sum == loaded->lru_misses;
}

static bool read_json(json_t *root, struct cache_case *loaded)
{
    const char *found_schema = NULL, *name = NULL;
    json_int_t capacity = 0, lru = 0, bound = 0;
    json_t *windows = NULL;
    if (json_unpack(root, "{s:s, s:s, s:I, s:I, s:I, s:o}", "schema", &found_schema,
                    "trace", &name, "capacity", &capacity, "lru_misses", &lru,
                    "bound_misses", &bound, "lru_windows", &windows) != 0 ||
        strcmp(found_schema, schema) != 0 || capacity < 1 || bound < 0 || lru <= bound)
        return false;
    int length = snprintf(loaded->name, sizeof loaded->name, "%s", name);
    loaded->capacity = (uint64_t)capacity;
    loaded->lru_misses = (uint64_t)lru;
    loaded->bound_misses = (uint64_t)bound;
    return length > 0 && (size_t)length < sizeof loaded->name &&
           read_windows(windows, loaded);
}

bool cache_case_load(struct cache_case *loaded, const char *folder, struct task_error *err)
{
    enum { REFERENCE_CAP = 1 << 16 };
    task_auto_free char *path = task_strf("%s/ref/reference.json", folder);
    task_auto_free char *trace = task_strf("%s/ref/trace.bin", folder);
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    *loaded = (struct cache_case){.name = ""};
    if (!task_file_read(path, REFERENCE_CAP, &text, err))
        return false;
    json_t *root = json_loadb(text.data ? text.data : "", text.length, 0, NULL);
    bool is_read = root && read_json(root, loaded);
    json_decref(root);
    if (!is_read)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is no reference of this task", path);
    loaded->trace = cache_trace_load(trace, err);
    return loaded->trace != NULL;
}

void cache_case_release(struct cache_case *loaded)
{
    cache_trace_free(loaded->trace);
    loaded->trace = NULL;
}

double cache_case_gap(const struct cache_case *instance, uint64_t misses)
{
    return ((double)instance->lru_misses - (double)misses) /
           (double)(instance->lru_misses - instance->bound_misses);
}
