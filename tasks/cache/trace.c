#include "trace.h"

#include "sdk/buf.h"

#include <stdlib.h>

const char *cache_kind_text(enum cache_kind kind)
{
#define CACHE_KIND(NAME, text) text,
    static const char *const texts[] = {
#include "kind.def"
    };
#undef CACHE_KIND
    return texts[kind];
}

/* An open table from key to object. At most half full. */
struct table {
    uint64_t *keys;
    uint32_t *objects; /* plus 1; 0 is free */
    uint64_t mask;
};

static struct table table_new(uint32_t count)
{
    uint64_t room = 16;
    while (room < 2 * (uint64_t)count)
        room *= 2;
    return (struct table){task_alloc(room, sizeof(uint64_t)),
                          task_alloc(room, sizeof(uint32_t)), room - 1};
}

static void table_release(struct table *table)
{
    free(table->keys);
    free(table->objects);
}

/* Steele, Lea and Flood's mixer of splitmix64: each bit of the key reaches each bit. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint32_t *table_find(const struct table *table, uint64_t key)
{
    uint64_t at = mix(key) & table->mask;
    while (table->objects[at] != 0 && table->keys[at] != key)
        at = (at + 1) & table->mask;
    table->keys[at] = key;
    return &table->objects[at];
}

static uint32_t gap(const struct cache_raw *raw, uint32_t at)
{
    if (at == 0 || raw[at].time_ms <= raw[at - 1].time_ms)
        return 0;
    uint64_t passed = raw[at].time_ms - raw[at - 1].time_ms;
    return passed < UINT32_MAX ? (uint32_t)passed : UINT32_MAX;
}

static void add_object(struct cache_trace *trace, uint32_t size)
{
    trace->size[trace->objects++] = trace->is_unit ? 1 : size;
}

void cache_trace_sum(struct cache_trace *trace)
{
    trace->footprint = trace->byte_count = 0;
    for (uint32_t i = 0; i < trace->objects; i++)
        trace->footprint += trace->size[i];
    for (uint32_t i = 0; i < trace->requests; i++)
        trace->byte_count += trace->size[trace->object[i]];
}

struct cache_trace *cache_trace_new(const struct cache_source *source)
{
    struct cache_trace *trace = task_alloc(1, sizeof *trace);
    trace->kind = source->kind;
    trace->is_unit = source->is_unit;
    trace->requests = source->count;
    trace->object = task_alloc(source->count, sizeof *trace->object);
    trace->gap_ms = task_alloc(source->count, sizeof *trace->gap_ms);
    trace->size = task_alloc(source->count, sizeof *trace->size);
    struct table table = table_new(source->count);
    for (uint32_t i = 0; i < source->count; i++) {
        uint32_t *found = table_find(&table, source->raw[i].key);
        if (*found == 0) {
            add_object(trace, source->raw[i].size);
            *found = trace->objects;
        }
        trace->object[i] = *found - 1;
        trace->gap_ms[i] = gap(source->raw, i);
    }
    table_release(&table);
    cache_trace_sum(trace);
    return trace;
}

void cache_trace_free(struct cache_trace *trace)
{
    if (!trace)
        return;
    free(trace->object);
    free(trace->gap_ms);
    free(trace->size);
    free(trace);
}

void cache_trace_cleanup(struct cache_trace **trace)
{
    cache_trace_free(*trace);
}

uint32_t *cache_trace_next(const struct cache_trace *trace)
{
    uint32_t *next = task_alloc(trace->requests, sizeof *next);
    uint32_t *coming = task_alloc(trace->objects, sizeof *coming);
    for (uint32_t i = 0; i < trace->objects; i++)
        coming[i] = trace->requests;
    for (uint32_t i = trace->requests; i-- > 0;) {
        next[i] = coming[trace->object[i]];
        coming[trace->object[i]] = i;
    }
    free(coming);
    return next;
}
