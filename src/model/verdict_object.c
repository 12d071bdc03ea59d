#include "model/verdict_object.h"

#include "base/buf.h"
#include "model/name.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_UNIT = 100, MAX_ITEM_BYTES = 256, MAX_METRIC_KEY = 64 };

static const char schema[] = "podium.verdict/1";

/* It has no file: it came through a pipe. */
static const char document[] = "verdict";

/* What the table fills: the numbers, and what is read by hand. */
struct filled {
    double raw, score;
    char *unit, *message, *fault;
    json_t *metrics, *items;
};

#define FIELD(key, kind, required, min_, max_)                                             \
    {                                                                                      \
#key, kind, offsetof(struct filled, key), required, min_, max_                     \
    }

static const struct pod_field scored_fields[] = {
    FIELD(raw, POD_FIELD_REAL, true, 0, 0),
    FIELD(unit, POD_FIELD_STRING, true, 0, 0),
    FIELD(score, POD_FIELD_REAL, true, 0, 0),
    FIELD(metrics, POD_FIELD_OBJECT, false, 0, VERDICT_METRICS_MAX),
    FIELD(items, POD_FIELD_ARRAY, false, 0, VERDICT_ITEMS_MAX),
    FIELD(message, POD_FIELD_STRING, false, 0, 0),
    {.key = NULL},
};

static const struct pod_field rejected_fields[] = {
    FIELD(message, POD_FIELD_STRING, true, 0, 0),
    {.key = NULL},
};

static const struct pod_field spoiled_fields[] = {
    FIELD(raw, POD_FIELD_REAL, true, 0, 0),
    FIELD(unit, POD_FIELD_STRING, true, 0, 0),
    FIELD(score, POD_FIELD_REAL, true, 0, 0),
    FIELD(metrics, POD_FIELD_OBJECT, false, 0, VERDICT_METRICS_MAX),
    FIELD(items, POD_FIELD_ARRAY, false, 0, VERDICT_ITEMS_MAX),
    FIELD(fault, POD_FIELD_STRING, true, 1, 16),
    FIELD(message, POD_FIELD_STRING, true, 0, 0),
    {.key = NULL},
};

/* By enum dialogue_fault. */
static const char *const fault_texts[] = {"", "left", "wrong", "late"};

bool verdict_metrics_check(json_t *metrics, const char *name, enum pod_fault fault,
                           struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: .metrics", name);
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach (metrics, key, value) {
        if (!name_check(key, MAX_METRIC_KEY, where, fault, err))
            return false;
        if (!json_is_number(value))
            return pod_fail(err, fault, "%s.%s: expected a number, found %s", where, key,
                            pod_json_type_text(value));
    }
    return true;
}

static bool read_item(json_t *value, const struct pod_json_place *where,
                      struct verdict_item *out, struct pod_error *err)
{
    static const struct pod_field item_fields[] = {
        {"id", POD_FIELD_STRING, offsetof(struct verdict_item, id), true, 1,
         MAX_ITEM_BYTES},
        {"value", POD_FIELD_REAL, offsetof(struct verdict_item, value), true, 0, 0},
        {"group", POD_FIELD_STRING, offsetof(struct verdict_item, group), false, 1,
         MAX_ITEM_BYTES},
        {.key = NULL},
    };
    return pod_json_fill(value, where, item_fields, out, err);
}

static void free_item(struct verdict_item *item)
{
    free(item->id);
    free(item->group);
    *item = (struct verdict_item){0};
}

void verdict_items_free(struct verdict_item *items, size_t count)
{
    for (size_t i = 0; items && i < count; i++)
        free_item(&items[i]);
    free(items);
}

struct verdict_item *verdict_items_new(const json_t *array, const char *name,
                                       enum pod_fault fault, struct pod_error *err)
{
    size_t count = json_array_size(array);
    struct verdict_item *items = pod_alloc(count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        /* Where an item stands is put together for a message only, by reading it again. */
        struct pod_json_place where = {.name = name, .path = ".items", .fault = fault};
        struct pod_error ignored = POD_ERROR_INIT;
        if (read_item(json_array_get(array, i), &where, &items[i], &ignored))
            continue;
        pod_auto_free char *path = pod_strf(".items[%zu]", i);
        where.path = path;
        free_item(&items[i]);
        (void)read_item(json_array_get(array, i), &where, &items[i], err);
        verdict_items_free(items, count);
        return NULL;
    }
    return items;
}

/* The scorer quotes what the entry wrote. */
static char *safe_message(const char *text)
{
    struct pod_buf safe = POD_BUF_INIT;
    size_t length = strlen(text);
    bool is_cut = length > VERDICT_MESSAGE_BYTES;
    if (is_cut)
        length = VERDICT_MESSAGE_BYTES;
    /* Not inside a character: its rest would be escaped byte by byte. */
    while (is_cut && length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    pod_buf_escaped(&safe, text, length);
    if (is_cut)
        pod_buf_puts(&safe, "...");
    return pod_buf_steal(&safe);
}

static bool take_fault(const char *text, struct verdict_object *out, struct pod_error *err)
{
    for (size_t i = 1; i < sizeof fault_texts / sizeof fault_texts[0]; i++)
        if (strcmp(text, fault_texts[i]) == 0) {
            out->fault = (enum dialogue_fault)i;
            return true;
        }
    return pod_fail(err, POD_TASK, "%s: .fault: expected left, wrong or late", document);
}

static bool take_filled(const struct filled *filled, struct verdict_object *out,
                        struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: .unit", document);
    if (out->unit && !name_check(out->unit, MAX_UNIT, where, POD_TASK, err))
        return false;
    if (filled->metrics && !verdict_metrics_check(filled->metrics, document, POD_TASK, err))
        return false;
    out->metrics = json_incref(filled->metrics);
    if (!filled->items)
        return true;
    out->items = verdict_items_new(filled->items, document, POD_TASK, err);
    out->item_count = out->items ? json_array_size(filled->items) : 0;
    return out->items != NULL;
}

bool verdict_object_parse(const char *bytes, size_t length, bool is_rejected,
                          struct verdict_object *out, struct pod_error *err)
{
    if (length > VERDICT_OBJECT_BYTES)
        return pod_fail(err, POD_TASK, "%s: is larger than %d bytes", document,
                        VERDICT_OBJECT_BYTES);
    pod_auto_json json_t *root = pod_json_parse(bytes, length, document, POD_TASK, err);
    if (!root || !pod_json_schema(root, document, schema, POD_TASK, err))
        return false;
    bool is_spoiled = is_rejected && json_object_get(root, "fault") != NULL;
    const struct pod_field *fields = is_spoiled    ? spoiled_fields
                                     : is_rejected ? rejected_fields
                                                   : scored_fields;
    struct filled filled = {0};
    bool is_filled = pod_json_fill(root, &(struct pod_json_place){document, "", POD_TASK},
                                   fields, &filled, err);
    pod_auto_free char *message = filled.message;
    pod_auto_free char *fault = filled.fault;
    out->unit = filled.unit;
    if (!is_filled)
        return false;
    out->has_raw = out->has_score = !is_rejected || is_spoiled;
    out->raw = filled.raw;
    out->score = filled.score;
    if (message)
        out->message = safe_message(message);
    return (!is_spoiled || take_fault(fault, out, err)) && take_filled(&filled, out, err);
}

void verdict_object_release(struct verdict_object *object)
{
    free(object->unit);
    free(object->message);
    json_decref(object->metrics);
    verdict_items_free(object->items, object->item_count);
    *object = (struct verdict_object)VERDICT_OBJECT_INIT;
}
