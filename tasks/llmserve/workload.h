/* workload.h - requests of runs, drawn from a seed, and the load that they are.
 */
#ifndef LLMSERVE_WORKLOAD_H
#define LLMSERVE_WORKLOAD_H

#include "engine.h"
#include "request.h"

#include "sdk/task.h"

/* Of the runs of a case. */
extern const double workload_loads[RUNS];

struct workload {
    const struct task_generate *job;
    size_t engine;
    uint64_t number; /* of the case in its split: no two share a stream */
};

/* Draws RUNS runs of RUN_REQUESTS each: the applications are the same in all of them, the
 * requests and the arrivals of each are its own, so that no run tells the next one's. */
void workload_draw(const struct workload *what, struct run runs[RUNS]);

/* What an engine can take: prompt at most a fifth of the memory, output an eighth. */
uint32_t workload_prompt_max(const struct engine_spec *spec);
uint32_t workload_output_max(const struct engine_spec *spec);

/* Seconds of work of all requests, each at its marginal cost in a large batch: load 1 is
 * this much work in as many seconds. */
double workload_seconds(const struct engine_spec *spec, const struct run *run);

/* The targets of a chat request, from its prompt. */
void workload_chat(struct request *r);

#endif
