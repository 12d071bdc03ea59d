/* import.h - the verb `import`: two cases from each real trace in the field's own format.
 *
 * SOURCE is a file, or a folder of such files, not packed. The formats are the table in
 * import.c. At most CACHE_REQUESTS_MAX requests of a file are taken, the first ones. One
 * that does not hold to its format is refused (TASK_PACKAGE) with the place of the fault.
 */
#ifndef CACHE_IMPORT_H
#define CACHE_IMPORT_H

#include "trace.h"

#include "sdk/buf.h"
#include "sdk/task.h"

/* Requests as they are read. */
struct cache_import {
    const char *bytes; /* followed by a NUL */
    size_t length;
    struct cache_raw *raw; /* owned */
    uint32_t count, room;
};

/* False: it is full. */
bool cache_import_add(struct cache_import *import, struct cache_raw raw);

/* Readers of records; a message names the record. */
bool cache_import_oracle(struct cache_import *import, struct task_error *err);
bool cache_import_cache2k(struct cache_import *import, struct task_error *err);
bool cache_import_vscsi(struct cache_import *import, struct task_error *err);

/* Readers of text, a request or more a line; a message names the line. */
bool cache_import_columns(struct cache_import *import, struct task_error *err);
bool cache_import_twitter(struct cache_import *import, struct task_error *err);
bool cache_import_arc(struct cache_import *import, struct task_error *err);

/* The whole way from bytes to a trace; NULL on failure. */
struct cache_trace *cache_import_trace(const char *format, const struct task_buf *file,
                                       struct task_error *err);

bool cache_import(const struct task_import *job, struct task_error *err);

#endif
