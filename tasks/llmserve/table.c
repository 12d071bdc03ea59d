#include "table.h"

#include "sdk/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const uint64_t cap_bytes = (uint64_t)1 << 32; /* Azure's week of 2024 has 1.2 GB */

bool table_fail(const struct table *t, struct task_error *err, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return task_fail(err, TASK_PACKAGE, "%s:%zu: %s", t->path, t->line, what);
}

/* The next line without its end, or NULL. */
static char *take_line(struct table *t)
{
    if (*t->rest == '\0')
        return NULL;
    char *line = t->rest;
    size_t length = strcspn(line, "\n");
    t->rest += length + (line[length] == '\n');
    line[length] = '\0';
    if (length > 0 && line[length - 1] == '\r')
        line[length - 1] = '\0';
    t->line++;
    return line;
}

/* Quoted as a whole, or plain; returns what follows its comma, NULL at the end. */
static char *take_field(char *at, char **field)
{
    if (*at == '"') {
        *field = at + 1;
        at += 1 + strcspn(at + 1, "\"");
        if (*at == '"')
            *at++ = '\0';
    } else {
        *field = at;
    }
    at += strcspn(at, ",");
    if (*at == '\0')
        return NULL;
    *at = '\0';
    return at + 1;
}

static size_t split(char *line, char *fields[TABLE_COLUMNS])
{
    size_t count = 0;
    while (line && count < TABLE_COLUMNS)
        line = take_field(line, &fields[count++]);
    return line ? TABLE_COLUMNS + 1 : count;
}

bool table_open(struct table *t, const char *path, struct task_error *err)
{
    *t = (struct table){.path = path, .text = TASK_BUF_INIT};
    if (!task_file_read(path, cap_bytes, &t->text, err))
        return false;
    task_buf_append(&t->text, "", 0); /* never NULL */
    if (strlen(t->text.data) != t->text.length)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is no text: it has a NUL", path);
    t->rest = t->text.data;
    if (strncmp(t->rest, "\xef\xbb\xbf", 3) == 0)
        t->rest += 3;
    char *line = take_line(t);
    if (!line)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is empty", path);
    t->columns = split(line, t->names);
    return t->columns <= TABLE_COLUMNS ||
           table_fail(t, err, "more than %d columns", TABLE_COLUMNS);
}

void table_release(struct table *t)
{
    task_buf_release(&t->text);
}

bool table_column(const struct table *t, const char *name, size_t *column,
                  struct task_error *err)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->names[i], name) == 0) {
            *column = i;
            return true;
        }
    return task_fail(err, TASK_PACKAGE, "\"%s\" has no column \"%s\"", t->path, name);
}

bool table_next(struct table *t, struct task_error *err)
{
    char *line = take_line(t);
    while (line && *line == '\0')
        line = take_line(t);
    if (!line)
        return false;
    size_t count = split(line, t->fields);
    return count == t->columns ||
           table_fail(t, err, "%zu fields, where the first line has %zu", count,
                      t->columns);
}

/* Digits at text as a number of at most max; returns what follows, NULL if it is none. */
static const char *digits(const char *text, uint64_t max, uint64_t *value)
{
    if (*text < '0' || *text > '9')
        return NULL;
    for (*value = 0; *text >= '0' && *text <= '9'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (*value > (max - digit) / 10 || digit > max)
            return NULL;
        *value = *value * 10 + digit;
    }
    return text;
}

bool table_integer(const struct table *t, size_t column, uint64_t max, uint64_t *value,
                   struct task_error *err)
{
    const char *end = digits(t->fields[column], max, value);
    return (end && *end == '\0') ||
           table_fail(t, err, "\"%.40s\" is not a whole number up to %llu",
                      t->fields[column], (unsigned long long)max);
}

bool table_micros(const char *text, uint64_t max, uint64_t *value)
{
    uint64_t whole = 0, fraction = 0, unit = 1000000;
    const char *end = digits(text, max / unit, &whole);
    if (!end)
        return false;
    if (*end == '.') {
        const char *first = ++end;
        for (; *end >= '0' && *end <= '9'; end++)
            if (unit > 1) {
                unit /= 10;
                fraction += unit * (uint64_t)(*end - '0');
            }
        if (end == first)
            return false;
    }
    *value = whole * 1000000 + fraction;
    return *end == '\0' && *value <= max;
}
