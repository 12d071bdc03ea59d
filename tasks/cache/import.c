#include "import.h"

#include "case.h"

#include "sdk/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_CAP_BYTES = 1 << 30 };

bool cache_import_add(struct cache_import *import, struct cache_raw raw)
{
    if (import->count == CACHE_REQUESTS_MAX)
        return false;
    if (import->count == import->room) {
        import->room = 2 * import->room + 1024;
        import->raw = task_grow(import->raw, import->room, sizeof *import->raw);
    }
    raw.size += raw.size == 0; /* nothing is free */
    import->raw[import->count++] = raw;
    return true;
}

static const struct format {
    const char *name;
    bool (*read)(struct cache_import *import, struct task_error *err);
    enum cache_kind kind;
    bool is_unit;
} formats[] = {
    {"oracleGeneral", cache_import_oracle, CACHE_BLOCK, false},
    {"oracleGeneral-unit", cache_import_oracle, CACHE_BLOCK, true},
    {"vscsi", cache_import_vscsi, CACHE_BLOCK, false},
    {"vscsi-unit", cache_import_vscsi, CACHE_BLOCK, true},
    {"twitter", cache_import_twitter, CACHE_KV, false},
    {"twitter-unit", cache_import_twitter, CACHE_KV, true},
    {"arc", cache_import_arc, CACHE_BLOCK, true},
    {"columns", cache_import_columns, CACHE_CDN, false},
    {"columns-unit", cache_import_columns, CACHE_CDN, true},
    {"cache2k", cache_import_cache2k, CACHE_KV, true},
};

static const struct format *find_format(const char *name, struct task_error *err)
{
    task_auto_buf struct task_buf known = TASK_BUF_INIT;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
        task_buf_printf(&known, " %s", formats[i].name);
    }
    (void)task_fail(err, TASK_USAGE, "no format \"%s\"; there are:%s", name, known.data);
    return NULL;
}

/* Packed files are what the field hands out; say so rather than complain of line 1. */
static bool check_plain(const struct task_buf *file, struct task_error *err)
{
    static const struct {
        const char *magic, *tool;
    } packings[] = {{"\xfd"
                     "7zXZ",
                     "xz -d"},
                    {"\x28\xb5\x2f\xfd", "zstd -d"},
                    {"\x1f\x8b", "gzip -d"},
                    {"BZh", "bzip2 -d"}};
    for (size_t i = 0; i < sizeof packings / sizeof packings[0]; i++) {
        size_t length = strlen(packings[i].magic);
        if (file->length >= length && memcmp(file->data, packings[i].magic, length) == 0)
            return task_fail(err, TASK_PACKAGE, "it is packed: unpack it first, with %s",
                             packings[i].tool);
    }
    return true;
}

struct cache_trace *cache_import_trace(const char *format, const struct task_buf *file,
                                       struct task_error *err)
{
    const struct format *found = find_format(format, err);
    struct cache_import import = {.bytes = file->data ? file->data : "",
                                  .length = file->length};
    struct cache_trace *trace = NULL;
    bool is_read = found && check_plain(file, err) && found->read(&import, err);
    if (is_read && import.count == 0)
        (void)task_fail(err, TASK_PACKAGE, "it has no request");
    else if (is_read)
        trace = cache_trace_new(&(const struct cache_source){import.raw, import.count,
                                                             found->kind, found->is_unit});
    free(import.raw);
    return trace;
}

/* The file's name up to its first dot, in the letters that the id of a case may have. */
static void name_trace(const char *path, char *name, size_t room)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    size_t length = 0;
    for (; base[length] && base[length] != '.' && length < room - 1; length++) {
        char c = base[length];
        bool is_upper = c >= 'A' && c <= 'Z';
        bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        name[length] = (char)(is_upper ? c + 'a' - 'A' : is_fine ? c : '-');
    }
    name[length] = '\0';
    if (name[0] == '\0' || name[0] == '-')
        (void)snprintf(name, room, "trace");
}

static bool import_file(const struct task_import *job, const char *path,
                        struct task_error *err)
{
    enum { NAME_BYTES = 31 };
    char name[NAME_BYTES];
    task_auto_buf struct task_buf file = TASK_BUF_INIT;
    if (!task_file_read(path, SOURCE_CAP_BYTES, &file, err))
        return false;
    cache_auto_trace struct cache_trace *trace =
        cache_import_trace(job->format, &file, err);
    if (!trace)
        return task_wrap(err, "\"%s\"", path);
    if (trace->requests == CACHE_REQUESTS_MAX)
        (void)fprintf(stderr, "\"%s\": only the first %d requests are taken\n", path,
                      CACHE_REQUESTS_MAX);
    name_trace(path, name, sizeof name);
    task_auto_free char *there = task_strf("%s/%s-small", job->out, name);
    if (task_dir_exists(there))
        return task_fail(err, TASK_USAGE, "\"%s\": another file is named \"%s\", too", path,
                         name);
    return cache_case_write_both(job->out, name, trace, err);
}

bool cache_import(const struct task_import *job, struct task_error *err)
{
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    if (!find_format(job->format, err))
        return false;
    if (!task_dir_exists(job->source))
        return import_file(job, job->source, err);
    if (!task_dir_list(job->source, "", &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        task_auto_free char *path = task_strf("%s/%s", job->source, names.items[i]);
        if (!import_file(job, path, err))
            return false;
    }
    return names.count > 0 ||
           task_fail(err, TASK_USAGE, "folder \"%s\" is empty", job->source);
}
