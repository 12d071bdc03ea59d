#include "model/task.h"

#include "base/fs.h"
#include "base/json.h"
#include "model/document.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAP_BYTES = 64 * 1024,
    MAX_AREAS = 16,
    MAX_ORDER = 64,
    MAX_SOURCES = 64,
    MAX_TITLE = 100,
    MAX_SOURCE = 500,
};

static const struct document_kind document_kind = {
    .file = "task.json",
    .schema = "podium.task/1",
    .cap_bytes = CAP_BYTES,
    .fault = POD_TASK,
    .path_fault = POD_TASK,
};

static const char *const kinds[] = {
#define TASK_KIND(name, text) [TASK_##name] = text,
#include "model/task_kind.def"
#undef TASK_KIND
};

/* What the table fills: the task, and the parts of the document that are read by hand. */
struct filled {
    struct task task;
    char *kind;
    json_t *limits, *splits, *metric;
};

#define FIELD(key, kind_, min_, max_)                                                      \
    {                                                                                      \
#key, kind_, offsetof(struct filled, task.key), true, min_, max_                   \
    }

static const struct pod_field fields[] = {
    FIELD(id, POD_FIELD_STRING, 0, 0),
    FIELD(title, POD_FIELD_STRING, 0, 0),
    FIELD(areas, POD_FIELD_NAMES, 1, MAX_AREAS),
    {"kind", POD_FIELD_STRING, offsetof(struct filled, kind), true, 0, 0},
    {"limits", POD_FIELD_OBJECT, offsetof(struct filled, limits), true, 0, 0},
    {"splits", POD_FIELD_OBJECT, offsetof(struct filled, splits), true, 0, 0},
    {"metric", POD_FIELD_OBJECT, offsetof(struct filled, metric), true, 0, 0},
    FIELD(cap, POD_FIELD_REAL, 100, 200),
    FIELD(default_split, POD_FIELD_STRING, 0, 0),
    {"prepares", POD_FIELD_BOOL, offsetof(struct filled, task.prepares), false, 0, 0},
    FIELD(order, POD_FIELD_NAMES, 0, MAX_ORDER),
    FIELD(sources, POD_FIELD_NAMES, 0, MAX_SOURCES),
    {.key = NULL},
};

static const struct pod_field limit_fields[] = {
#define TASK_LIMIT(key, min, max)                                                          \
    {#key, POD_FIELD_INT, offsetof(struct task_limits, key), true, min, max},
#include "model/task_limit.def"
#undef TASK_LIMIT
    {.key = NULL},
};

/* Checks: each says where it looks. */

static bool check_choice(const struct document *document, const char *path,
                         const char *value, const char *const choices[2],
                         struct pod_error *err)
{
    if (strcmp(value, choices[0]) == 0 || strcmp(value, choices[1]) == 0)
        return true;
    pod_auto_free char *shown = pod_str_shown(value, 60);
    return pod_fail(err, POD_TASK, "%s: %s: expected \"%s\" or \"%s\", found \"%s\"",
                    document->name, path, choices[0], choices[1], shown);
}

static bool check_shown(const struct document *document, const char *path, const char *text,
                        size_t max, struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: %s", document->name, path);
    return name_check(text, max, where, POD_TASK, err);
}

static bool check_list(const struct document *document, const char *path,
                       const struct pod_names *names, struct pod_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        pod_auto_free char *where = pod_strf("%s[%zu]", path, i);
        if (!check_shown(document, where, names->items[i], MAX_SOURCE, err))
            return false;
    }
    return true;
}

static bool check_order(const struct document *document, const struct pod_names *order,
                        struct pod_error *err)
{
    for (size_t i = 0; i < order->count; i++) {
        pod_auto_free char *where = pod_strf("%s: .order[%zu]", document->name, i);
        if (!name_check_id(order->items[i], where, POD_TASK, err))
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(order->items[i], order->items[j]) == 0)
                return pod_fail(err, POD_TASK, "%s: \"%s\" stands there twice", where,
                                order->items[i]);
    }
    return true;
}

/* A package that was copied and not renamed would otherwise be run as another task. */
static bool check_id(const struct document *document, const char *id, struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: .id", document->name);
    if (!name_check_id(id, where, POD_TASK, err))
        return false;
    pod_auto_free char *real = pod_path_real(document->path, err);
    if (!real)
        return false;
    *strrchr(real, '/') = '\0';
    const char *slash = strrchr(real, '/');
    const char *folder = slash ? slash + 1 : real;
    if (strcmp(folder, id) == 0)
        return true;
    pod_auto_free char *shown = pod_str_shown(folder, 60);
    return pod_fail(err, POD_TASK, "%s: \"%s\" is not the name of its folder, \"%s\"",
                    where, id, shown);
}

/* Parts. */

static bool read_kind(const struct document *document, const char *text, struct task *out,
                      struct pod_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(text, kinds[i]) != 0)
            continue;
        out->kind = (enum task_kind)i;
        return true;
    }
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, POD_TASK,
                    "%s: .kind: expected predict, interact or artifact, found \"%s\"",
                    document->name, shown);
}

static bool read_limits(const struct document *document, json_t *limits, struct task *out,
                        struct pod_error *err)
{
    if (!pod_json_fill(limits,
                       &(struct pod_json_place){document->name, ".limits", POD_TASK},
                       limit_fields, &out->limits, err))
        return false;
    if (out->limits.wall_s >= out->limits.cpu_s)
        return true;
    return pod_fail(err, POD_TASK, "%s: .limits.wall_s: is less than cpu_s",
                    document->name);
}

static bool read_public(const struct document *document, json_t *split, struct task *out,
                        struct pod_error *err)
{
    static const struct pod_field public_fields[] = {
        {"seed", POD_FIELD_STRING, offsetof(struct task, public_seed), true, 0, 0},
        {.key = NULL},
    };
    if (!pod_json_fill(split,
                       &(struct pod_json_place){document->name, ".splits.public", POD_TASK},
                       public_fields, out, err))
        return false;
    pod_auto_free char *where = pod_strf("%s: .splits.public.seed", document->name);
    return name_check_hex(out->public_seed, where, POD_TASK, err);
}

static bool read_hidden(const struct document *document, json_t *split, struct task *out,
                        struct pod_error *err)
{
    static const struct pod_field hidden_fields[] = {
        {"commitment", POD_FIELD_STRING, offsetof(struct task, hidden_commitment), true, 0,
         0},
        {.key = NULL},
    };
    if (!pod_json_fill(split,
                       &(struct pod_json_place){document->name, ".splits.hidden", POD_TASK},
                       hidden_fields, out, err))
        return false;
    pod_auto_free char *where = pod_strf("%s: .splits.hidden.commitment", document->name);
    return *out->hidden_commitment == '\0' ||
           name_check_hex(out->hidden_commitment, where, POD_TASK, err);
}

static bool read_splits(const struct document *document, json_t *splits, struct task *out,
                        struct pod_error *err)
{
    struct parts {
        json_t *public, *hidden;
    } parts = {NULL, NULL};
    static const struct pod_field split_fields[] = {
        {"public", POD_FIELD_OBJECT, offsetof(struct parts, public), true, 0, 0},
        {"hidden", POD_FIELD_OBJECT, offsetof(struct parts, hidden), true, 0, 0},
        {.key = NULL},
    };
    return pod_json_fill(splits,
                         &(struct pod_json_place){document->name, ".splits", POD_TASK},
                         split_fields, &parts, err) &&
           read_public(document, parts.public, out, err) &&
           read_hidden(document, parts.hidden, out, err);
}

static bool read_metric(const struct document *document, json_t *metric, struct task *out,
                        struct pod_error *err)
{
    struct parts {
        char *name, *unit, *better;
    } parts = {NULL, NULL, NULL};
    static const struct pod_field metric_fields[] = {
        {"name", POD_FIELD_STRING, offsetof(struct parts, name), true, 0, 0},
        {"unit", POD_FIELD_STRING, offsetof(struct parts, unit), true, 0, 0},
        {"better", POD_FIELD_STRING, offsetof(struct parts, better), true, 0, 0},
        {.key = NULL},
    };
    static const char *const directions[2] = {"higher", "lower"};
    bool is_filled =
        pod_json_fill(metric, &(struct pod_json_place){document->name, ".metric", POD_TASK},
                      metric_fields, &parts, err);
    out->metric_name = parts.name;
    out->metric_unit = parts.unit;
    pod_auto_free char *better = parts.better;
    if (!is_filled || !check_choice(document, ".metric.better", better, directions, err))
        return false;
    out->is_higher_better = strcmp(better, "higher") == 0;
    return check_shown(document, ".metric.name", out->metric_name, MAX_TITLE, err) &&
           check_shown(document, ".metric.unit", out->metric_unit, MAX_TITLE, err);
}

static bool check_texts(const struct document *document, const struct task *task,
                        struct pod_error *err)
{
    static const char *const splits[2] = {"public", "hidden"};
    return check_id(document, task->id, err) &&
           check_shown(document, ".title", task->title, MAX_TITLE, err) &&
           check_list(document, ".areas", &task->areas, err) &&
           check_choice(document, ".default_split", task->default_split, splits, err) &&
           check_order(document, &task->order, err) &&
           check_list(document, ".sources", &task->sources, err);
}

bool task_load(const char *path, struct task *out, struct pod_error *err)
{
    document_auto struct document document = {0};
    if (!document_load(&document_kind, path, &document, err))
        return false;
    struct filled filled = {0};
    bool is_filled =
        pod_json_fill(document.root, &(struct pod_json_place){document.name, "", POD_TASK},
                      fields, &filled, err);
    *out = filled.task;
    pod_auto_free char *kind = filled.kind;
    return is_filled && read_kind(&document, kind, out, err) &&
           read_limits(&document, filled.limits, out, err) &&
           read_splits(&document, filled.splits, out, err) &&
           read_metric(&document, filled.metric, out, err) &&
           check_texts(&document, out, err);
}

void task_release(struct task *task)
{
    free(task->id);
    free(task->title);
    free(task->public_seed);
    free(task->hidden_commitment);
    free(task->metric_name);
    free(task->metric_unit);
    free(task->default_split);
    pod_names_release(&task->areas);
    pod_names_release(&task->order);
    pod_names_release(&task->sources);
    *task = (struct task)TASK_INIT;
}

const char *task_kind_text(enum task_kind kind)
{
    return kinds[kind];
}
