#include "sdk/verdict.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void task_verdict_release(struct task_verdict *verdict)
{
    free(verdict->items);
    task_buf_release(&verdict->message);
    if (verdict->keeper_free)
        verdict->keeper_free(verdict->keeper);
    *verdict = (struct task_verdict){0};
}

void task_verdict_metric(struct task_verdict *verdict, const char *name, double value)
{
    if (verdict->metric_count == sizeof verdict->metrics / sizeof verdict->metrics[0])
        abort(); /* a task's mistake: it names its metrics in its source */
    verdict->metrics[verdict->metric_count++] = (struct task_number){name, value};
}

static bool set_number(json_t *object, const char *key, double value,
                       struct task_error *err)
{
    if (!isfinite(value))
        return task_fail(err, TASK_PACKAGE, "verdict's number \"%s\" is not finite", key);
    if (json_object_set_new(object, key, json_real(value)) != 0)
        return task_fail(err, TASK_HOST, "cannot build the verdict");
    return true;
}

static bool set_text(json_t *object, const char *key, const char *text,
                     struct task_error *err)
{
    if (json_object_set_new(object, key, json_string(text)) != 0)
        return task_fail(err, TASK_PACKAGE, "verdict's text \"%s\" is not UTF-8", key);
    return true;
}

static bool set_metrics(json_t *root, const struct task_verdict *v, struct task_error *err)
{
    json_t *metrics = json_object();
    if (json_object_set_new(root, "metrics", metrics) != 0)
        return task_fail(err, TASK_HOST, "cannot build the verdict");
    for (size_t i = 0; i < v->metric_count; i++) {
        if (!set_number(metrics, v->metrics[i].name, v->metrics[i].value, err))
            return false;
    }
    return true;
}

static bool set_items(json_t *root, const struct task_verdict *v, struct task_error *err)
{
    json_t *items = json_array();
    if (json_object_set_new(root, "items", items) != 0)
        return task_fail(err, TASK_HOST, "cannot build the verdict");
    for (size_t i = 0; i < v->item_count; i++) {
        json_t *item = json_object();
        if (json_array_append_new(items, item) != 0)
            return task_fail(err, TASK_HOST, "cannot build the verdict");
        if (!set_text(item, "id", v->items[i].id, err) ||
            !set_number(item, "value", v->items[i].value, err) ||
            !set_text(item, "group", v->items[i].group, err))
            return false;
    }
    return true;
}

static bool build(json_t *root, const struct task_verdict *v, struct task_error *err)
{
    if (!set_text(root, "schema", "podium.verdict/1", err))
        return false;
    if (!v->is_rejected &&
        (!set_number(root, "raw", v->raw, err) || !set_text(root, "unit", v->unit, err) ||
         !set_number(root, "score", v->score, err) || !set_metrics(root, v, err) ||
         !set_items(root, v, err)))
        return false;
    return set_text(root, "message", v->message.data ? v->message.data : "", err);
}

bool task_verdict_print(const struct task_verdict *verdict, struct task_buf *out,
                        struct task_error *err)
{
    json_t *root = json_object();
    if (!root || !build(root, verdict, err)) {
        json_decref(root);
        return task_fail(err, TASK_HOST, "cannot build the verdict");
    }
    char *text = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(root);
    if (!text)
        return task_fail(err, TASK_HOST, "cannot print the verdict");
    task_buf_printf(out, "%s\n", text);
    free(text);
    return true;
}

bool task_verdict_write(const struct task_verdict *verdict, int fd, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    if (!task_verdict_print(verdict, &text, err))
        return false;
    for (size_t sent = 0; sent < text.length;) {
        ssize_t put = write(fd, text.data + sent, text.length - sent);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return task_fail_errno(err, TASK_HOST,
                                   "cannot write the verdict on descriptor %d", fd);
        sent += (size_t)put;
    }
    return true;
}
