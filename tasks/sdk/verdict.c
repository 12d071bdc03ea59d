#include "sdk/verdict.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
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

/* What jansson prints for a real: 17 digits, a point or an exponent, the exponent without
 * plus or zeros in front. */
static bool put_number(struct task_buf *out, const char *key, double value,
                       struct task_error *err)
{
    if (!isfinite(value))
        return task_fail(err, TASK_PACKAGE, "verdict's number \"%s\" is not finite", key);
    char text[32];
    (void)snprintf(text, sizeof text, "%.17g", value); /* at most 24 characters */
    char *exponent = strchr(text, 'e');
    size_t length = exponent ? (size_t)(exponent - text) : strlen(text);
    task_buf_append(out, text, length);
    if (exponent)
        task_buf_printf(out, "e%ld", strtol(exponent + 1, NULL, 10));
    else if (!memchr(text, '.', length))
        task_buf_append(out, ".0", 2);
    return true;
}

static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '"' || text[i] == '\\')
            return false;
    }
    return true;
}

static bool put_text(struct task_buf *out, const char *text, struct task_error *err)
{
    size_t length = strlen(text);
    if (is_plain(text, length)) {
        task_buf_append(out, "\"", 1);
        task_buf_append(out, text, length);
        task_buf_append(out, "\"", 1);
        return true;
    }
    json_t *string = json_string(text);
    char *printed = string ? json_dumps(string, JSON_ENSURE_ASCII | JSON_ENCODE_ANY) : NULL;
    json_decref(string);
    if (!printed)
        return task_fail(err, TASK_PACKAGE, "verdict's text \"%s\" is not UTF-8", text);
    task_buf_append(out, printed, strlen(printed));
    free(printed);
    return true;
}

static void put_key(struct task_buf *out, const char *key)
{
    task_buf_append(out, "\"", 1);
    task_buf_append(out, key, strlen(key));
    task_buf_append(out, "\":", 2);
}

static bool put_metrics(struct task_buf *out, const struct task_verdict *v,
                        struct task_error *err)
{
    put_key(out, "metrics");
    for (size_t i = 0; i < v->metric_count; i++) {
        task_buf_append(out, i ? "," : "{", 1);
        if (!put_text(out, v->metrics[i].name, err))
            return false;
        task_buf_append(out, ":", 1);
        if (!put_number(out, v->metrics[i].name, v->metrics[i].value, err))
            return false;
    }
    task_buf_printf(out, v->metric_count ? "}," : "{},");
    return true;
}

static bool put_item(struct task_buf *out, const struct task_item *item,
                     struct task_error *err)
{
    task_buf_append(out, "{", 1);
    put_key(out, "id");
    if (!put_text(out, item->id, err))
        return false;
    task_buf_append(out, ",", 1);
    put_key(out, "value");
    if (!put_number(out, "value", item->value, err))
        return false;
    task_buf_append(out, ",", 1);
    put_key(out, "group");
    if (!put_text(out, item->group, err))
        return false;
    task_buf_append(out, "}", 1);
    return true;
}

static bool put_scored(struct task_buf *out, const struct task_verdict *v,
                       struct task_error *err)
{
    put_key(out, "raw");
    if (!put_number(out, "raw", v->raw, err))
        return false;
    task_buf_append(out, ",", 1);
    put_key(out, "unit");
    if (!put_text(out, v->unit, err))
        return false;
    task_buf_append(out, ",", 1);
    put_key(out, "score");
    if (!put_number(out, "score", v->score, err))
        return false;
    task_buf_append(out, ",", 1);
    if (!put_metrics(out, v, err))
        return false;
    put_key(out, "items");
    task_buf_append(out, "[", 1);
    for (size_t i = 0; i < v->item_count; i++) {
        if (i > 0)
            task_buf_append(out, ",", 1);
        if (!put_item(out, &v->items[i], err))
            return false;
    }
    task_buf_append(out, "],", 2);
    return true;
}

/* By hand: a tree of a thousand items takes longer to build, print and free than a file
 * takes to score. */
bool task_verdict_print(const struct task_verdict *verdict, struct task_buf *out,
                        struct task_error *err)
{
    task_buf_append(out, "{", 1);
    put_key(out, "schema");
    task_buf_printf(out, "\"podium.verdict/1\",");
    bool is_scored = !verdict->is_rejected || verdict->fault;
    if (is_scored && !put_scored(out, verdict, err))
        return false;
    if (verdict->fault) {
        put_key(out, "fault");
        task_buf_printf(out, "\"%s\",", verdict->fault);
    }
    put_key(out, "message");
    if (!put_text(out, verdict->message.data ? verdict->message.data : "", err))
        return false;
    task_buf_append(out, "}\n", 2);
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
