/* table.h - reads a table in CSV, a line at a time: RFC 4180 without line breaks and quotes
 * inside of fields, which no trace has.
 *
 *     struct table t = {0};
 *     if (table_open(&t, path, err) && table_column(&t, "run", &column, err))
 *         while (table_next(&t, err)) ... t.fields[column] ...
 *     table_release(&t);
 *
 * The first line names the columns. Failure is TASK_PACKAGE with file and line.
 */
#ifndef LLMSERVE_TABLE_H
#define LLMSERVE_TABLE_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stddef.h>
#include <stdint.h>

enum { TABLE_COLUMNS = 64 };

struct table {
    const char *path; /* borrowed */
    struct task_buf text;
    char *rest;
    size_t line; /* of fields; the first is 1 */
    size_t columns;
    char *names[TABLE_COLUMNS];
    char *fields[TABLE_COLUMNS];
};

bool table_open(struct table *t, const char *path, struct task_error *err);
void table_release(struct table *t);
#define table_auto __attribute__((cleanup(table_release)))

bool table_column(const struct table *t, const char *name, size_t *column,
                  struct task_error *err);

/* False at the end, and with err set after a line that has more or fewer fields. */
bool table_next(struct table *t, struct task_error *err);

/* Digits only, at most max. */
bool table_integer(const struct table *t, size_t column, uint64_t max, uint64_t *value,
                   struct task_error *err);

/* Digits, and a point with more of them: in units of 1e-6, what is beyond cut off; at most
 * max units. Also of a text of one's own. False: it is none. */
bool table_micros(const char *text, uint64_t max, uint64_t *value);

/* "FILE:LINE: " and the message; always false. */
bool table_fail(const struct table *t, struct task_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
