#include "trace.h"

#include "table.h"

#include "sdk/file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPS_MAX = 64, TOKENS_MAX = 100000000, REQUESTS_MAX = 50000000 };
static const uint64_t time_max_us = (uint64_t)1 << 62;
static const uint64_t cap_bytes = (uint64_t)1 << 32; /* Azure's week of 2024 has 1.2 GB */

/* Days since 1970-01-01 of the proleptic Gregorian calendar (H. Hinnant, days_from_civil).
 */
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2023-11-16 18:17:" where 9 stands for a digit. */
static bool has_form(const char *text, const char *form)
{
    for (; *form; form++, text++) {
        bool is_digit = *text >= '0' && *text <= '9';
        if (*form == '9' ? !is_digit : *text != *form)
            return false;
    }
    return true;
}

static int64_t number(const char *text, size_t length)
{
    int64_t value = 0;
    for (size_t i = 0; i < length; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

bool trace_timestamp(const char *text, uint64_t *time_us)
{
    char seconds[32];
    if (!has_form(text, "9999-99-99 99:99:99"))
        return false;
    int64_t month = number(text + 5, 2), day = number(text + 8, 2);
    int64_t days = days_since_1970(number(text, 4), month, day);
    int64_t minutes = number(text + 11, 2) * 60 + number(text + 14, 2);
    size_t length = strspn(text + 17, "0123456789.");
    const char *zone = text + 17 + length;
    if (month < 1 || month > 12 || day < 1 || day > 31 || days < 0 || minutes >= 1440 ||
        length >= sizeof seconds || (*zone && strcmp(zone, "+00:00") && strcmp(zone, "Z")))
        return false;
    memcpy(seconds, text + 17, length);
    seconds[length] = '\0';
    uint64_t within_us = 0;
    if (!table_micros(seconds, 61000000, &within_us))
        return false;
    *time_us = (uint64_t)(days * 1440 + minutes) * 60000000 + within_us;
    return true;
}

static bool seconds_of(const char *text, uint64_t *time_us)
{
    return table_micros(text, time_max_us, time_us);
}

/* Formats that are tables. */
static const struct format {
    const char *name;
    const char *time, *prompt, *output;
    const char *app[2]; /* columns that tell applications apart; or NULL */
    bool (*parse_time)(const char *text, uint64_t *time_us);
} formats[] = {
    {"azure",
     "TIMESTAMP",
     "ContextTokens",
     "GeneratedTokens",
     {NULL, NULL},
     trace_timestamp},
    {"burstgpt",
     "Timestamp",
     "Request tokens",
     "Response tokens",
     {"Model", "Log Type"},
     seconds_of},
    {"vidur",
     "arrived_at",
     "num_prefill_tokens",
     "num_decode_tokens",
     {NULL, NULL},
     seconds_of},
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

/* Applications by first appearance. */
struct app_names {
    char *names[APPS_MAX];
    size_t count;
};

static uint32_t app_of(struct app_names *apps, const char *name)
{
    size_t i = 0;
    while (i < apps->count && strcmp(apps->names[i], name) != 0)
        i++;
    if (i == apps->count && i < APPS_MAX)
        apps->names[apps->count++] = task_strdup(name);
    return (uint32_t)(i < APPS_MAX ? i : APPS_MAX - 1);
}

static bool add(struct trace *trace, const struct trace_request *r)
{
    if (r->prompt == 0 || r->output == 0) {
        trace->left_out++;
        return true;
    }
    if (trace->count == REQUESTS_MAX)
        return false;
    if ((trace->count & (trace->count - 1)) == 0)
        trace->requests =
            task_grow(trace->requests, 2 * trace->count + 1, sizeof *trace->requests);
    trace->requests[trace->count++] = *r;
    return true;
}

struct columns {
    size_t time, prompt, output, app[2];
};

static bool find_columns(const struct table *t, const struct format *format,
                         struct columns *c, struct task_error *err)
{
    if (!table_column(t, format->time, &c->time, err) ||
        !table_column(t, format->prompt, &c->prompt, err) ||
        !table_column(t, format->output, &c->output, err))
        return false;
    for (size_t i = 0; i < 2 && format->app[i]; i++)
        if (!table_column(t, format->app[i], &c->app[i], err))
            return false;
    return true;
}

static bool read_row(const struct table *t, const struct format *format,
                     const struct columns *c, struct trace_request *r,
                     struct task_error *err)
{
    uint64_t prompt = 0, output = 0;
    if (!format->parse_time(t->fields[c->time], &r->time_us))
        return table_fail(t, err, "\"%.40s\" is no time", t->fields[c->time]);
    if (!table_integer(t, c->prompt, TOKENS_MAX, &prompt, err) ||
        !table_integer(t, c->output, TOKENS_MAX, &output, err))
        return false;
    r->prompt = (uint32_t)prompt;
    r->output = (uint32_t)output;
    return true;
}

static bool load_rows(struct table *t, const struct format *format, struct trace *trace,
                      struct task_error *err)
{
    struct columns c = {0};
    struct app_names apps = {.count = 0};
    bool is_good = find_columns(t, format, &c, err);
    while (is_good && table_next(t, err)) {
        struct trace_request r = {0};
        is_good = read_row(t, format, &c, &r, err);
        if (is_good && format->app[0]) {
            task_auto_free char *name =
                task_strf("%s/%s", t->fields[c.app[0]], t->fields[c.app[1]]);
            r.app = app_of(&apps, name);
        }
        is_good = is_good && (add(trace, &r) || table_fail(t, err, "too many requests"));
    }
    for (size_t i = 0; i < apps.count; i++)
        free(apps.names[i]);
    return err->fault == TASK_OK;
}

static bool load_table(const struct format *format, const char *path, struct trace *trace,
                       struct task_error *err)
{
    table_auto struct table t = {0};
    return table_open(&t, path, err) && load_rows(&t, format, trace, err);
}

/* Mooncake's lines of JSON: {"timestamp": ms, "input_length": n, "output_length": n,
 * "hash_ids": [...]}. */
static bool read_object(const char *line, size_t length, struct trace_request *r)
{
    json_int_t prompt = -1, output = -1;
    double ms = -1;
    json_t *object = json_loadb(line, length, 0, NULL);
    bool is_good = object &&
                   json_unpack(object, "{s:F, s:I, s:I}", "timestamp", &ms, "input_length",
                               &prompt, "output_length", &output) == 0 &&
                   ms >= 0 && ms < 1e15 && prompt >= 0 && prompt <= TOKENS_MAX &&
                   output >= 0 && output <= TOKENS_MAX;
    json_decref(object);
    if (is_good)
        *r = (struct trace_request){(uint64_t)(ms * 1e3 + .5), 0, (uint32_t)prompt,
                                    (uint32_t)output};
    return is_good;
}

static bool load_lines(const char *path, struct trace *trace, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    size_t line = 0;
    if (!task_file_read(path, cap_bytes, &text, err))
        return false;
    for (size_t at = 0; at < text.length;) {
        const char *end = memchr(text.data + at, '\n', text.length - at);
        size_t length = end ? (size_t)(end - text.data) - at : text.length - at;
        struct trace_request r;
        line++;
        if (length > 0 && !read_object(text.data + at, length, &r))
            return task_fail(err, TASK_PACKAGE,
                             "%s:%zu: not an object with timestamp, input_length and "
                             "output_length",
                             path, line);
        if (length > 0 && !add(trace, &r))
            return task_fail(err, TASK_PACKAGE, "%s:%zu: too many requests", path, line);
        at += length + 1;
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct trace_request *x = a, *y = b;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

/* qsort may disturb the order of equals, and libcs differ: a merge from the bottom. */
static void sort_by_time(struct trace *trace)
{
    size_t n = trace->count;
    struct trace_request *from = trace->requests, *to = task_alloc(n + 1, sizeof *to);
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t start = 0; start < n; start += 2 * width) {
            size_t middle = start + width < n ? start + width : n;
            size_t end = start + 2 * width < n ? start + 2 * width : n;
            size_t a = start, b = middle;
            for (size_t i = start; i < end; i++) {
                bool takes_a = a < middle && (b == end || by_time(&from[a], &from[b]) <= 0);
                to[i] = takes_a ? from[a++] : from[b++];
            }
        }
        struct trace_request *swapped = from;
        from = to;
        to = swapped;
    }
    trace->requests = from;
    free(to);
}

static bool load(const char *format, const char *path, struct trace *trace,
                 struct task_error *err)
{
    if (strcmp(format, "mooncake") == 0)
        return load_lines(path, trace, err);
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i].name, format) == 0)
            return load_table(&formats[i], path, trace, err);
    return task_fail(err, TASK_USAGE,
                     "format \"%s\" is not azure, burstgpt, mooncake or vidur", format);
}

bool trace_load(const char *format, const char *path, struct trace *trace,
                struct task_error *err)
{
    *trace = (struct trace){0};
    if (!load(format, path, trace, err))
        return false;
    sort_by_time(trace);
    return true;
}

void trace_release(struct trace *trace)
{
    free(trace->requests);
    *trace = (struct trace){0};
}
