/* draw.h - synthetic traces of the three kinds. README.md says what they model. */
#ifndef CACHE_DRAW_H
#define CACHE_DRAW_H

#include "trace.h"

#include "sdk/task.h"

enum { CACHE_DRAW_REQUESTS = 200000 };

/* Trace number `index` of its kind in a split. The same job and index give the same trace
 * on every machine. The caller frees. */
struct cache_trace *cache_draw(const struct task_generate *job, enum cache_kind kind,
                               uint32_t index, uint32_t requests);

#endif
