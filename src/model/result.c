#include "model/result.h"

#include "model/name.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_REPEAT = 1000000, MAX_NOTES = 64, MAX_SIGNAL = 64 };

static const char schema[] = "podium.result/1";

/* 2^53: what every reader of JSON can hold exactly. 104 days in nanoseconds. */
#define MAX_EXACT 9007199254740992.0

/* What the table fills and prints: the result, and what looks otherwise in JSON. A raw or a
 * score that is not there is NaN, which JSON cannot hold. */
struct filled {
    struct case_result result;
    char *key, *verdict;
    double raw, score;
    json_t *timing, *metrics, *items;
};

#define FIELD(json_key, member, kind, required, min_, max_)                                \
    {                                                                                      \
        json_key, kind, offsetof(struct filled, member), required, min_, max_              \
    }

static const struct pod_field fields[] = {
    FIELD("task", result.task, POD_FIELD_STRING, true, 1, 256),
    FIELD("case", result.case_id, POD_FIELD_STRING, true, 1, 256),
    FIELD("repeat", result.repeat, POD_FIELD_INT, true, 0, MAX_REPEAT),
    FIELD("key", key, POD_FIELD_STRING, true, 64, 64),
    FIELD("verdict", verdict, POD_FIELD_STRING, true, 0, 0),
    FIELD("message", result.message, POD_FIELD_STRING, false, 0, 0),
    FIELD("raw", raw, POD_FIELD_REAL, false, 0, 0),
    FIELD("unit", result.unit, POD_FIELD_STRING, false, 0, 0),
    FIELD("score", score, POD_FIELD_REAL, false, 0, 0),
    FIELD("wall_ns", result.wall_ns, POD_FIELD_INT, true, 0, MAX_EXACT),
    FIELD("cpu_ns", result.cpu_ns, POD_FIELD_INT, true, 0, MAX_EXACT),
    FIELD("timing", timing, POD_FIELD_OBJECT, false, 0, 0),
    FIELD("memory_bytes", result.memory_bytes, POD_FIELD_INT, true, 0, MAX_EXACT),
    FIELD("exit_code", result.exit_code, POD_FIELD_INT, true, 0, 255),
    FIELD("signal", result.signal, POD_FIELD_INT, true, 0, MAX_SIGNAL),
    FIELD("refused_call", result.refused_call, POD_FIELD_STRING, false, 0, 0),
    FIELD("idle", result.is_idle, POD_FIELD_BOOL, true, 0, 0),
    FIELD("notes", result.notes, POD_FIELD_NAMES, true, 0, MAX_NOTES),
    FIELD("metrics", metrics, POD_FIELD_OBJECT, false, 0, VERDICT_METRICS_MAX),
    FIELD("items", items, POD_FIELD_ARRAY, false, 0, VERDICT_ITEMS_MAX),
    {.key = NULL},
};

void case_result_release(struct case_result *result)
{
    free(result->task);
    free(result->case_id);
    free(result->message);
    free(result->unit);
    free(result->refused_call);
    timing_release(&result->timing);
    pod_names_release(&result->notes);
    verdict_items_free(result->items, result->item_count);
    json_decref(result->metrics);
    *result = (struct case_result)CASE_RESULT_INIT;
}

void case_result_take_object(struct case_result *result, struct verdict_object *object)
{
    free(result->message);
    free(result->unit);
    verdict_items_free(result->items, result->item_count);
    json_decref(result->metrics);
    result->has_raw = object->has_raw;
    result->raw = object->raw;
    result->has_score = object->has_score;
    result->score = object->score;
    result->unit = object->unit;
    result->message = object->message;
    result->metrics = object->metrics;
    result->items = object->items;
    result->item_count = object->item_count;
    *object = (struct verdict_object)VERDICT_OBJECT_INIT;
}

/* Reading. */

static bool check_sense(const struct case_result *result,
                        const struct pod_json_place *place, struct pod_error *err)
{
    const struct verdict_info *verdict = verdict_info(result->verdict);
    if (result->has_raw != (result->unit != NULL))
        return pod_fail(err, place->fault,
                        "%s: .unit: must stand beside raw and only there", place->name);
    if (verdict->is_scored && !(result->has_raw && result->has_score))
        return pod_fail(err, place->fault, "%s: .verdict: %s needs raw and score",
                        place->name, verdict->code);
    return true;
}

static bool read_key(const char *text, const struct pod_json_place *place,
                     struct case_result *out, struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: .key", place->name);
    if (!name_check_hex(text, where, place->fault, err))
        return false;
    memcpy(out->key.hex, text, sizeof out->key.hex);
    return true;
}

static bool read_verdict(const char *text, const struct pod_json_place *place,
                         struct case_result *out, struct pod_error *err)
{
    if (verdict_find(text, &out->verdict))
        return true;
    pod_auto_free char *shown = pod_str_shown(text, 20);
    return pod_fail(err, place->fault, "%s: .verdict: \"%s\" is none", place->name, shown);
}

static bool read_timing(const struct filled *filled, const struct pod_json_place *place,
                        struct case_result *out, struct pod_error *err)
{
    const struct pod_json_place below = {place->name, ".timing", place->fault};
    return filled->timing == NULL ||
           timing_parse(filled->timing, &below, &out->timing, err);
}

static bool read_parts(const struct filled *filled, const struct pod_json_place *place,
                       struct case_result *out, struct pod_error *err)
{
    if (filled->metrics &&
        !verdict_metrics_check(filled->metrics, place->name, place->fault, err))
        return false;
    out->metrics = json_incref(filled->metrics);
    if (!filled->items)
        return true;
    out->items = verdict_items_new(filled->items, place->name, place->fault, err);
    out->item_count = out->items ? json_array_size(filled->items) : 0;
    return out->items != NULL;
}

static bool read_object(json_t *object, const struct pod_json_place *place,
                        struct case_result *out, struct pod_error *err)
{
    struct filled filled = {.raw = NAN, .score = NAN};
    bool is_filled = pod_json_fill(object, place, fields, &filled, err);
    *out = filled.result;
    pod_auto_free char *key = filled.key;
    pod_auto_free char *verdict = filled.verdict;
    if (!is_filled)
        return false;
    out->has_raw = !isnan(filled.raw);
    out->raw = out->has_raw ? filled.raw : 0;
    out->has_score = !isnan(filled.score);
    out->score = out->has_score ? filled.score : 0;
    return read_key(key, place, out, err) && read_verdict(verdict, place, out, err) &&
           read_timing(&filled, place, out, err) && read_parts(&filled, place, out, err) &&
           check_sense(out, place, err);
}

bool case_result_parse(json_t *object, const char *name, struct case_result *out,
                       struct pod_error *err)
{
    const struct pod_json_place root = {name, "", POD_HOST};
    return pod_json_schema(object, name, schema, POD_HOST, err) &&
           read_object(object, &root, out, err);
}

/* Printing. */

static void put(json_t *object, const char *key, json_t *value)
{
    if (!value || json_object_set_new(object, key, value) != 0)
        pod_out_of_memory();
}

/* Logs and file names of an entry may be any bytes. */
static json_t *text_value(const char *text)
{
    json_t *value = json_string(text);
    if (value)
        return value;
    pod_auto_buf struct pod_buf safe = POD_BUF_INIT;
    pod_buf_escaped(&safe, text, strlen(text));
    return json_string(safe.data);
}

static json_t *names_value(const struct pod_names *names)
{
    json_t *array = json_array();
    for (size_t i = 0; i < names->count; i++)
        if (json_array_append_new(array, text_value(names->items[i])) != 0)
            pod_out_of_memory();
    return array;
}

static json_t *items_value(const struct case_result *result, struct pod_error *err)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->item_count; i++) {
        const struct verdict_item *item = &result->items[i];
        if (!isfinite(item->value)) {
            pod_fail(err, POD_BUG, "result: .items[%zu].value: is not finite", i);
            json_decref(array);
            return NULL;
        }
        json_t *object = json_object();
        put(object, "id", text_value(item->id));
        put(object, "value", json_real(item->value));
        if (item->group)
            put(object, "group", text_value(item->group));
        if (json_array_append_new(array, object) != 0)
            pod_out_of_memory();
    }
    return array;
}

/* What is absent has no key. */
static void put_field(json_t *object, const struct pod_field *field,
                      const struct filled *filled)
{
    const void *slot = (const char *)filled + field->offset;
    const char *text = NULL;
    json_t *value = NULL;
    switch (field->kind) {
    case POD_FIELD_STRING:
        text = *(char *const *)slot;
        if (text)
            put(object, field->key, text_value(text));
        break;
    case POD_FIELD_INT:
        put(object, field->key, json_integer(*(const int64_t *)slot));
        break;
    case POD_FIELD_REAL:
        if (!isnan(*(const double *)slot))
            put(object, field->key, json_real(*(const double *)slot));
        break;
    case POD_FIELD_BOOL:
        put(object, field->key, json_boolean(*(const bool *)slot));
        break;
    case POD_FIELD_NAMES:
        put(object, field->key, names_value(slot));
        break;
    case POD_FIELD_OBJECT:
    case POD_FIELD_ARRAY:
        memcpy(&value, slot, sizeof value);
        if (value)
            put(object, field->key, json_incref(value));
        break;
    }
}

/* JSON has no word for what is not finite, so reading could not tell. */
static bool check_numbers(const struct case_result *result, struct pod_error *err)
{
    if ((result->has_raw && !isfinite(result->raw)) ||
        (result->has_score && !isfinite(result->score)))
        return pod_fail(err, POD_BUG, "result: raw or score is not finite");
    return true;
}

json_t *case_result_to_json(const struct case_result *result, struct pod_error *err)
{
    pod_auto_free char *key = pod_strdup(result->key.hex);
    pod_auto_free char *verdict = pod_strdup(verdict_info(result->verdict)->code);
    pod_auto_json json_t *timing =
        result->timing.count ? timing_to_json(&result->timing) : NULL;
    pod_auto_json json_t *items = result->item_count ? items_value(result, err) : NULL;
    if ((result->item_count && !items) || !check_numbers(result, err))
        return NULL;
    struct filled filled = {.result = *result,
                            .key = key,
                            .verdict = verdict,
                            .raw = result->has_raw ? result->raw : NAN,
                            .score = result->has_score ? result->score : NAN,
                            .timing = timing,
                            .metrics = result->metrics,
                            .items = items};
    pod_auto_json json_t *object = json_object();
    put(object, "schema", json_string(schema));
    for (const struct pod_field *field = fields; field->key; field++)
        put_field(object, field, &filled);
    /* Every bound is asked where it is written down, and only there: by reading. */
    case_result_auto struct case_result back = CASE_RESULT_INIT;
    const struct pod_json_place root = {"result", "", POD_BUG};
    return read_object(object, &root, &back, err) ? json_incref(object) : NULL;
}

/* Most strings are plain and need no tree to be printed from. */
static void print_string(struct pod_buf *out, const char *text)
{
    bool is_plain = true;
    for (const char *at = text; *at && is_plain; at++)
        is_plain = *at >= ' ' && *at <= '~' && *at != '"' && *at != '\\';
    if (is_plain) {
        pod_buf_append(out, "\"", 1);
        pod_buf_puts(out, text);
        pod_buf_append(out, "\"", 1);
        return;
    }
    pod_auto_json json_t *value = text_value(text);
    pod_auto_free char *printed = pod_json_print_line(value);
    pod_buf_puts(out, printed);
}

/* 17 digits give the number back exactly, and a real has a point or an exponent. */
static void print_real(struct pod_buf *out, double value)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%.17g", value);
    if (length > 0 && (size_t)length < sizeof text)
        pod_buf_append(out, text, (size_t)length);
    if (strcspn(text, ".e") == (size_t)length)
        pod_buf_append(out, ".0", 2);
}

/* By hand: a result may have thousands, and a tree of them takes ten times as long. */
static char *print_items(const struct case_result *result, struct pod_error *err)
{
    pod_auto_buf struct pod_buf out = POD_BUF_INIT;
    for (size_t i = 0; i < result->item_count; i++) {
        const struct verdict_item *item = &result->items[i];
        if (!isfinite(item->value)) {
            pod_fail(err, POD_BUG, "result: .items[%zu].value: is not finite", i);
            return NULL;
        }
        pod_buf_puts(&out, i ? ",{\"id\":" : "[{\"id\":");
        print_string(&out, item->id);
        pod_buf_puts(&out, ",\"value\":");
        print_real(&out, item->value);
        if (item->group) {
            pod_buf_puts(&out, ",\"group\":");
            print_string(&out, item->group);
        }
        pod_buf_append(&out, "}", 1);
    }
    pod_buf_append(&out, "]", 1);
    return pod_buf_steal(&out);
}

char *case_result_print(const struct case_result *result, char **items,
                        struct pod_error *err)
{
    struct case_result rest = *result; /* borrows */
    rest.items = NULL;
    rest.item_count = 0;
    pod_auto_json json_t *value = case_result_to_json(&rest, err);
    pod_auto_free char *list =
        result->item_count && value ? print_items(result, err) : NULL;
    *items = NULL;
    if (value == NULL || (result->item_count && list == NULL))
        return NULL;
    *items = result->item_count ? pod_steal(&list) : NULL;
    return pod_json_print_line(value);
}
