/* case.h - one instance on disk: in/README.txt, ref/trace.bin and ref/reference.json.
 *
 * The reference has what the score compares with. It is worked out when the case is
 * written and never again, so that a score depends on no policy of ours.
 */
#ifndef CACHE_CASE_H
#define CACHE_CASE_H

#include "state.h"

struct cache_case {
    char name[64]; /* of the trace, "kv-1": the sizes of a cache share it */
    struct cache_trace *trace;
    uint64_t capacity;
    uint64_t lru_misses, bound_misses;
    uint32_t lru_windows[CACHE_WINDOWS]; /* misses of LRU */
};

struct cache_writing {
    const char *out, *name, *suffix;
    const struct cache_trace *trace;
    uint64_t capacity;
};

/* Makes OUT/<name>-<suffix>/. Refuses (TASK_PACKAGE) a trace on which the bound is no
 * better than LRU, and one of fewer requests than windows. */
bool cache_case_write(const struct cache_writing *writing, struct task_error *err);

/* The two cases of a trace: caches of 1 % ("small") and 10 % ("large") of its footprint. */
bool cache_case_write_both(const char *out, const char *name,
                           const struct cache_trace *trace, struct task_error *err);

bool cache_case_load(struct cache_case *loaded, const char *folder, struct task_error *err);
void cache_case_release(struct cache_case *loaded);
#define cache_auto_case __attribute__((cleanup(cache_case_release)))

/* The raw value: 0 for LRU's misses, 1 for the bound's. */
double cache_case_gap(const struct cache_case *instance, uint64_t misses);

#endif
