#include "import.h"

#include "package.h"
#include "trace.h"
#include "workload.h"

#include "sdk/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTS_MIN = 50 }; /* of a run */

/* A run from `count` requests of the trace, all chat, lengths clipped to what the engine
 * takes, time stretched so that their work is `load` times the time in which they come. */
static bool fill_run(const struct engine_spec *spec, const struct trace_request *slice,
                     size_t count, double load, struct run *run)
{
    *run = (struct run){load, task_alloc(count, sizeof *run->requests), count};
    uint32_t prompt_max = workload_prompt_max(spec), output_max = workload_output_max(spec);
    for (size_t i = 0; i < count; i++) {
        struct request *r = &run->requests[i];
        r->app = slice[i].app;
        r->prompt = slice[i].prompt < prompt_max ? slice[i].prompt : prompt_max;
        r->output = slice[i].output < output_max ? slice[i].output : output_max;
        workload_chat(r);
    }
    double span = (double)(slice[count - 1].time_us - slice[0].time_us) / 1e6;
    double stretch = workload_seconds(spec, run) / load / span;
    if (!(span > 0) || stretch > 1e6)
        return false;
    for (size_t i = 0; i < count; i++)
        run->requests[i].arrival_us =
            (uint64_t)((double)(slice[i].time_us - slice[0].time_us) * stretch + .5);
    return true;
}

/* Each run has a part of the trace of its own, so that none tells the next one's answers.
 */
static bool make_case(const struct task_import *job, const struct trace *trace,
                      size_t engine, struct task_error *err)
{
    package_auto struct package p = {.name = ""};
    engine_get(engine, &p.engine);
    (void)snprintf(p.name, sizeof p.name, "%s-%s", job->format, p.engine.slug);
    size_t share = trace->count / RUNS;
    size_t count = share < RUN_REQUESTS ? share : RUN_REQUESTS;
    for (size_t k = 0; k < RUNS; k++) {
        const struct trace_request *slice = trace->requests + k * share;
        if (!fill_run(&p.engine.spec, slice, count, workload_loads[k], &p.runs[k]))
            return task_fail(err, TASK_PACKAGE,
                             "\"%s\": %zu requests from number %zu come in no time",
                             job->source, count, k * share);
    }
    return package_write(&p, job->out, err);
}

bool import_trace(const struct task_import *job, struct task_error *err)
{
    trace_auto struct trace trace = {0};
    if (!trace_load(job->format, job->source, &trace, err))
        return false;
    if (trace.count / RUNS < REQUESTS_MIN)
        return task_fail(err, TASK_PACKAGE, "\"%s\" has %zu requests, fewer than %d",
                         job->source, trace.count, REQUESTS_MIN * RUNS);
    if (trace.left_out > 0)
        (void)fprintf(stderr, "llmserve: %zu requests without prompt or answer left out\n",
                      trace.left_out);
    for (size_t engine = 0; engine < ENGINES; engine++)
        if (!make_case(job, &trace, engine, err))
            return false;
    return true;
}
