#include "instance.h"

#include "doc.h"
#include "sdk/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FORMAT[] = "podium-llmtrain-1";

static bool copy_text(const struct doc *doc, const json_t *object, const char *key,
                      char text[INSTANCE_NAME])
{
    const char *found = doc_text(doc, object, key, INSTANCE_NAME - 1);
    if (found)
        memcpy(text, found, strlen(found) + 1);
    return found != NULL;
}

static bool read_model(const struct doc *doc, json_t *value, struct model *model)
{
    static const char *const keys[] = {
#define X(key, low, high) #key,
#include "model_field.def"
#undef X
        "gated", NULL};
#define X(key, low, high)                                                                  \
    &&doc_integer(doc, value, #key, (struct doc_range){low, high}, &model->key)
    return (doc_object(doc, value, keys) && doc_bool(doc, value, "gated", &model->gated)
#include "model_field.def"
                ) ||
           task_wrap(doc->err, "model");
#undef X
}

static bool read_chip(const struct doc *doc, json_t *value, struct chip *chip)
{
    static const char *const keys[] = {"name", "host",
#define X(key, low, high) #key,
#include "chip_field.def"
#undef X
                                       NULL};
#define X(key, low, high)                                                                  \
    &&doc_number(doc, value, #key, (struct doc_range){low, high}, &chip->key)
    return doc_object(doc, value, keys) && copy_text(doc, value, "name", chip->name) &&
           doc_integer(doc, value, "host", (struct doc_range){1, CHIP_HOST}, &chip->host)
#include "chip_field.def"
        ;
#undef X
}

static bool read_chips(const struct doc *doc, json_t *root, struct instance *instance)
{
    json_t *chips = doc_array(doc, root, "chips", INSTANCE_CHIPS);
    instance->chip_count = (int)json_array_size(chips);
    for (int i = 0; i < instance->chip_count; i++) {
        if (!read_chip(doc, json_array_get(chips, (size_t)i), &instance->chips[i]))
            return task_wrap(doc->err, "chips[%d]", i);
    }
    return chips != NULL;
}

static bool find_chip(const struct doc *doc, const json_t *value,
                      const struct instance *instance, int *chip)
{
    const char *name = doc_text(doc, value, "chip", INSTANCE_NAME - 1);
    for (int i = 0; name && i < instance->chip_count; i++) {
        if (strcmp(instance->chips[i].name, name) == 0) {
            *chip = i;
            return true;
        }
    }
    return task_fail(doc->err, doc->fault, "its chip is none of chips");
}

static bool read_pods(const struct doc *doc, json_t *root, struct instance *instance)
{
    static const char *const keys[] = {"region", "chip", "hosts", NULL};
    json_t *pods = doc_array(doc, root, "pods", INSTANCE_PODS);
    instance->pod_count = (int)json_array_size(pods);
    for (int i = 0; i < instance->pod_count; i++) {
        json_t *value = json_array_get(pods, (size_t)i);
        struct pod *pod = &instance->pods[i];
        if (!doc_object(doc, value, keys) ||
            !doc_integer(doc, value, "region", (struct doc_range){0, INSTANCE_REGIONS - 1},
                         &pod->region) ||
            !doc_integer(doc, value, "hosts", (struct doc_range){1, 1 << 16},
                         &pod->hosts) ||
            !find_chip(doc, value, instance, &pod->chip))
            return task_wrap(doc->err, "pods[%d]", i);
    }
    return pods != NULL;
}

/* A matrix of region_count rows. */
static bool read_matrix(const struct doc *doc, const json_t *wan, const char *key,
                        size_t count, double matrix[][INSTANCE_REGIONS])
{
    const json_t *rows = json_object_get(wan, key);
    bool is_square = json_array_size(rows) == count;
    for (size_t i = 0; is_square && i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        is_square = json_array_size(row) == count;
        for (size_t j = 0; is_square && j < count; j++) {
            is_square = json_is_number(json_array_get(row, j));
            matrix[i][j] = json_number_value(json_array_get(row, j));
        }
    }
    return is_square ||
           task_fail(doc->err, doc->fault,
                     "\"%s\" is no square of numbers, a row for each region", key);
}

static bool read_wan(const struct doc *doc, json_t *root, struct instance *instance)
{
    static const char *const keys[] = {"bandwidth", "latency", NULL};
    json_t *wan = json_object_get(root, "wan");
    if (!doc_object(doc, wan, keys))
        return task_wrap(doc->err, "wan");
    const size_t count = json_array_size(json_object_get(wan, "bandwidth"));
    if (count < 1 || count > INSTANCE_REGIONS)
        return task_fail(doc->err, doc->fault, "wan: 1 to %d regions, not %zu",
                         INSTANCE_REGIONS, count);
    instance->region_count = (int)count;
    return (read_matrix(doc, wan, "bandwidth", count, instance->bandwidth) &&
            read_matrix(doc, wan, "latency", count, instance->latency)) ||
           task_wrap(doc->err, "wan");
}

static bool read_instance(const struct doc *doc, json_t *root, struct instance *instance)
{
    static const char *const keys[] = {"format", "name", "model", "batch", "grad_bytes",
                                       "chips",  "pods", "wan",   NULL};
    const char *format = NULL;
    if (!doc_object(doc, root, keys) ||
        !(format = doc_text(doc, root, "format", INSTANCE_NAME)))
        return false;
    if (strcmp(format, FORMAT) != 0)
        return task_fail(doc->err, doc->fault, "its format is not \"%s\"", FORMAT);
    return copy_text(doc, root, "name", instance->name) &&
           read_model(doc, json_object_get(root, "model"), &instance->model) &&
           doc_integer(doc, root, "batch", (struct doc_range){1, 1 << 24},
                       &instance->batch) &&
           doc_integer(doc, root, "grad_bytes", (struct doc_range){1, 8},
                       &instance->grad_bytes) &&
           read_chips(doc, root, instance) && read_pods(doc, root, instance) &&
           read_wan(doc, root, instance) && instance_check(instance, doc->fault, doc->err);
}

bool instance_parse(const char *bytes, size_t length, struct instance *instance,
                    enum task_fault fault, struct task_error *err)
{
    const struct doc doc = {fault, err};
    memset(instance, 0, sizeof *instance);
    doc_auto json_t *root = doc_parse(&doc, bytes, length);
    return root && read_instance(&doc, root, instance);
}

bool instance_load(const char *path, struct instance *instance, struct task_error *err)
{
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    return task_file_read(path, INSTANCE_BYTES, &bytes, err) &&
           (instance_parse(bytes.length ? bytes.data : "", bytes.length, instance,
                           TASK_PACKAGE, err) ||
            task_wrap(err, "\"%s\"", path));
}

static bool check_wan(const struct instance *instance, enum task_fault fault,
                      struct task_error *err)
{
    for (int i = 0; i < instance->region_count; i++) {
        for (int j = 0; j < instance->region_count; j++) {
            const double bandwidth = instance->bandwidth[i][j];
            const double latency = instance->latency[i][j];
            if (!(bandwidth >= 1 && bandwidth <= 1e18 && latency >= 0 && latency <= 100))
                return task_fail(err, fault,
                                 "wan: between regions %d and %d: 1 to 1e18 bytes/s and 0 "
                                 "to 100 s",
                                 i, j);
            if (bandwidth != instance->bandwidth[j][i] ||
                latency != instance->latency[j][i])
                return task_fail(err, fault,
                                 "wan: regions %d and %d: not the same both ways", i, j);
        }
    }
    return true;
}

bool instance_check(const struct instance *instance, enum task_fault fault,
                    struct task_error *err)
{
    if (instance->model.hidden % instance->model.heads != 0)
        return task_fail(err, fault, "model: heads do not divide hidden");
    if (instance->model.kv_heads > instance->model.heads)
        return task_fail(err, fault, "model: more kv_heads than heads");
    for (int i = 0; i < instance->chip_count; i++) {
        const struct chip *chip = &instance->chips[i];
        if ((chip->host & (chip->host - 1)) != 0)
            return task_fail(err, fault, "chips[%d]: host %d is no power of two", i,
                             chip->host);
        for (int j = 0; j < i; j++) {
            if (strcmp(instance->chips[j].name, chip->name) == 0)
                return task_fail(err, fault, "chips[%d] and [%d] have one name", j, i);
        }
    }
    for (int i = 0; i < instance->pod_count; i++) {
        if (instance->pods[i].region >= instance->region_count)
            return task_fail(err, fault, "pods[%d]: region %d of %d", i,
                             instance->pods[i].region, instance->region_count);
    }
    return check_wan(instance, fault, err);
}

/* The shortest of 15 to 17 digits that reads back as the same number. */
static void print_number(double number, struct task_buf *out)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, number); /* at most 24 */
        if (strtod(text, NULL) == number)
            break;
    }
    task_buf_printf(out, "%s", text);
}

static void print_matrix(const struct instance *instance, const char *key,
                         const double matrix[][INSTANCE_REGIONS], struct task_buf *out)
{
    task_buf_printf(out, "\"%s\":[", key);
    for (int i = 0; i < instance->region_count; i++) {
        task_buf_printf(out, i ? ",\n   [" : "\n   [");
        for (int j = 0; j < instance->region_count; j++) {
            task_buf_printf(out, j ? "," : "");
            print_number(matrix[i][j], out);
        }
        task_buf_printf(out, "]");
    }
    task_buf_printf(out, "]");
}

static void print_chip(const struct chip *chip, struct task_buf *out)
{
    task_buf_printf(out, "  {\"name\":\"%s\",\"host\":%d", chip->name, chip->host);
#define X(key, low, high)                                                                  \
    task_buf_printf(out, ",\"" #key "\":");                                                \
    print_number(chip->key, out);
#include "chip_field.def"
#undef X
    task_buf_printf(out, "}");
}

static void print_head(const struct instance *instance, struct task_buf *out)
{
    const struct model *model = &instance->model;
    task_buf_printf(out, "{\"format\":\"%s\",\"name\":\"%s\",\n \"model\":{", FORMAT,
                    instance->name);
#define X(key, low, high) task_buf_printf(out, "\"" #key "\":%d,", model->key);
#include "model_field.def"
#undef X
    task_buf_printf(out, "\"gated\":%s},\n \"batch\":%d,\"grad_bytes\":%d,\n \"chips\":[",
                    model->gated ? "true" : "false", instance->batch, instance->grad_bytes);
}

void instance_print(const struct instance *instance, struct task_buf *out)
{
    print_head(instance, out);
    for (int i = 0; i < instance->chip_count; i++) {
        task_buf_printf(out, i ? ",\n" : "\n");
        print_chip(&instance->chips[i], out);
    }
    task_buf_printf(out, "],\n \"pods\":[");
    for (int i = 0; i < instance->pod_count; i++) {
        const struct pod *pod = &instance->pods[i];
        task_buf_printf(out, "%s{\"region\":%d,\"chip\":\"%s\",\"hosts\":%d}",
                        i ? ",\n  " : "\n  ", pod->region, instance->chips[pod->chip].name,
                        pod->hosts);
    }
    task_buf_printf(out, "],\n \"wan\":{\n  ");
    print_matrix(instance, "bandwidth", instance->bandwidth, out);
    task_buf_printf(out, ",\n  ");
    print_matrix(instance, "latency", instance->latency, out);
    task_buf_printf(out, "}}\n");
}

const struct chip *instance_chip(const struct instance *instance, int pod)
{
    return &instance->chips[instance->pods[pod].chip];
}

int instance_pod_chips(const struct instance *instance, int pod)
{
    return instance->pods[pod].hosts * instance_chip(instance, pod)->host;
}
