#include "trace.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the file is little endian");

static const char magic[8] = "podcach1";

struct header {
    char magic[8];
    uint32_t kind, is_unit, requests, objects;
};

/* Header, and three words at most of each request. */
enum { CAP_BYTES = sizeof(struct header) + 12 * (uint64_t)CACHE_REQUESTS_MAX };

bool cache_trace_write(const struct cache_trace *trace, const char *path,
                       struct task_error *err)
{
    struct header header = {.kind = trace->kind,
                            .is_unit = trace->is_unit,
                            .requests = trace->requests,
                            .objects = trace->objects};
    task_auto_buf struct task_buf out = TASK_BUF_INIT;
    memcpy(header.magic, magic, sizeof magic);
    task_buf_append(&out, &header, sizeof header);
    task_buf_append(&out, trace->object, trace->requests * sizeof *trace->object);
    task_buf_append(&out, trace->gap_ms, trace->requests * sizeof *trace->gap_ms);
    task_buf_append(&out, trace->size, trace->objects * sizeof *trace->size);
    return task_file_write(path, out.data, out.length, err);
}

static uint32_t *take(const char **at, uint32_t count)
{
    uint32_t *words = task_alloc(count, sizeof *words);
    memcpy(words, *at, count * sizeof *words);
    *at += count * sizeof *words;
    return words;
}

static bool check_header(const struct header *header, size_t length)
{
    uint64_t words = 2 * (uint64_t)header->requests + header->objects;
    return memcmp(header->magic, magic, sizeof magic) == 0 && header->kind < CACHE_KINDS &&
           header->is_unit <= 1 && header->requests >= 1 &&
           header->requests <= CACHE_REQUESTS_MAX && header->objects >= 1 &&
           header->objects <= header->requests && length == sizeof *header + 4 * words;
}

/* Numbered by first appearance, every size at least 1. */
static bool check_arrays(const struct cache_trace *trace)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < trace->requests; i++) {
        if (trace->object[i] > seen || trace->object[i] >= trace->objects)
            return false;
        seen += trace->object[i] == seen;
    }
    for (uint32_t i = 0; i < trace->objects; i++) {
        if (trace->size[i] < 1 || (trace->is_unit && trace->size[i] != 1))
            return false;
    }
    return seen == trace->objects;
}

struct cache_trace *cache_trace_load(const char *path, struct task_error *err)
{
    struct header header;
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    if (!task_file_read(path, CAP_BYTES, &text, err))
        return NULL;
    if (text.length >= sizeof header)
        memcpy(&header, text.data, sizeof header);
    if (text.length < sizeof header || !check_header(&header, text.length)) {
        (void)task_fail(err, TASK_PACKAGE, "\"%s\" is no trace of this task", path);
        return NULL;
    }
    const char *at = text.data + sizeof header;
    cache_auto_trace struct cache_trace *trace = task_alloc(1, sizeof *trace);
    trace->kind = header.kind;
    trace->is_unit = header.is_unit;
    trace->requests = header.requests;
    trace->objects = header.objects;
    trace->object = take(&at, header.requests);
    trace->gap_ms = take(&at, header.requests);
    trace->size = take(&at, header.objects);
    if (!check_arrays(trace)) {
        (void)task_fail(err, TASK_PACKAGE,
                        "\"%s\": objects are not numbered as they appear", path);
        return NULL;
    }
    cache_trace_sum(trace);
    struct cache_trace *loaded = trace;
    trace = NULL;
    return loaded;
}
