#include "generate.h"

#include "case.h"
#include "draw.h"

#include "sdk/buf.h"

enum { TRACES = 3 };

static bool generate_one(const struct task_generate *job, enum cache_kind kind,
                         uint32_t index, struct task_error *err)
{
    cache_auto_trace struct cache_trace *trace =
        cache_draw(job, kind, index, CACHE_DRAW_REQUESTS);
    task_auto_free char *name = task_strf("%s-%u", cache_kind_text(kind), index + 1);
    return cache_case_write_both(job->out, name, trace, err);
}

bool cache_generate(const struct task_generate *job, struct task_error *err)
{
    for (enum cache_kind kind = 0; kind < CACHE_KINDS; kind++) {
        for (uint32_t index = 0; index < TRACES; index++) {
            if (!generate_one(job, kind, index, err))
                return false;
        }
    }
    return true;
}
