/* trace.h - a trace of requests with dense ids: what every policy, bound and case works on.
 *
 *     struct cache_raw *raw = ...;                        keys of whatever kind
 *     struct cache_trace *trace = cache_trace_new(&(struct cache_source){raw, n, ...});
 *     ... trace->object[i], trace->size[trace->object[i]] ...
 *     cache_trace_free(trace);
 *
 * Objects are numbered 0, 1, ... by first appearance, so ids say nothing that the requests
 * so far do not say, and every table is a plain array. An object's size is that of its
 * first request. All memory is the trace's.
 */
#ifndef CACHE_TRACE_H
#define CACHE_TRACE_H

#include "sdk/error.h"

#include <stdbool.h>
#include <stdint.h>

enum { CACHE_REQUESTS_MAX = 1 << 22 };

#define CACHE_KIND(NAME, text) CACHE_##NAME,
enum cache_kind {
#include "kind.def"
    CACHE_KINDS
};
#undef CACHE_KIND

/* "kv", "block" or "cdn". */
const char *cache_kind_text(enum cache_kind kind);

/* A request as a generator or an importer knows it. */
struct cache_raw {
    uint64_t key;
    uint64_t time_ms;
    uint32_t size; /* bytes, at least 1 */
};

struct cache_source {
    const struct cache_raw *raw;
    uint32_t count; /* 1 to CACHE_REQUESTS_MAX */
    enum cache_kind kind;
    bool is_unit; /* every object has size 1, whatever raw says */
};

struct cache_trace {
    enum cache_kind kind;
    bool is_unit;
    uint32_t requests, objects;
    uint32_t *object;    /* [requests] */
    uint32_t *gap_ms;    /* [requests] time since the request before; 0 first */
    uint32_t *size;      /* [objects] bytes, or 1 */
    uint64_t footprint;  /* sum of size */
    uint64_t byte_count; /* requested in all */
};

/* Fills footprint and byte_count from the arrays. */
void cache_trace_sum(struct cache_trace *trace);

/* Times that fall back count as no time passed; a gap above 2^32 - 1 ms is that. */
struct cache_trace *cache_trace_new(const struct cache_source *source);
void cache_trace_free(struct cache_trace *trace);
void cache_trace_cleanup(struct cache_trace **trace);
#define cache_auto_trace __attribute__((cleanup(cache_trace_cleanup)))

/* next[i] = the next request of the same object, or trace->requests. The caller frees. */
uint32_t *cache_trace_next(const struct cache_trace *trace);

/* The file in a case's ref/: header, then the arrays, little endian. Reading checks all
 * that the rest relies on (TASK_PACKAGE) and returns NULL on failure. */
bool cache_trace_write(const struct cache_trace *trace, const char *path,
                       struct task_error *err);
struct cache_trace *cache_trace_load(const char *path, struct task_error *err);

#endif
