/* The task `llmserve`: schedule an LLM engine under latency targets. README.md is its data
 * sheet. */
#include "dialogue.h"
#include "import.h"
#include "outcome.h"
#include "package.h"
#include "workload.h"

#include "sdk/task.h"

#include <stdio.h>

enum { CASES_OF_ENGINE = 2 };

static bool make_case(const struct task_generate *job, size_t engine, uint64_t number,
                      struct task_error *err)
{
    package_auto struct package p = {.name = ""};
    const struct workload what = {job, engine, engine * CASES_OF_ENGINE + number};
    engine_get(engine, &p.engine);
    (void)snprintf(p.name, sizeof p.name, "%s-%llu", p.engine.slug,
                   (unsigned long long)number + 1);
    workload_draw(&what, p.runs);
    return package_write(&p, job->out, err);
}

static bool generate(const struct task_generate *job, struct task_error *err)
{
    for (size_t engine = 0; engine < ENGINES; engine++)
        for (uint64_t number = 0; number < CASES_OF_ENGINE; number++)
            if (!make_case(job, engine, number, err))
                return false;
    return true;
}

/* A policy of ours on a case, in process. */
static bool replay(int argc, char **argv, struct task_error *err)
{
    policy_fn *policy = argc == 3 ? policy_find(argv[1]) : NULL;
    package_auto struct package p = {.name = ""};
    struct outcome outcome = {.runs = 0};
    if (!policy)
        return task_fail(err, TASK_USAGE,
                         "usage: llmserve replay random|fcfs|chunked-fcfs CASE");
    if (!package_load(argv[2], &p, err))
        return false;
    for (size_t k = 0; k < RUNS; k++)
        outcome_play(&outcome, policy, &p.engine.spec, &p.runs[k]);
    printf("%s %s: %.4f, bound %.4f, %llu iterations; by load", p.name, argv[1],
           outcome_mean(&outcome), p.m1, (unsigned long long)outcome.iterations);
    for (size_t k = 0; k < RUNS; k++)
        printf(" %.3f", outcome.attainment[k]);
    printf("\n");
    outcome_release(&outcome);
    return fflush(stdout) == 0 || task_fail_errno(err, TASK_HOST, "cannot write");
}

int main(int argc, char **argv)
{
    static const struct task_verb verbs[] = {
        {"replay", "random|fcfs|chunked-fcfs CASE", replay},
        {NULL, NULL, NULL},
    };
    static const struct task_program program = {
        .id = "llmserve",
        .version = "1",
        .generate = generate,
        .import = import_trace,
        .play = dialogue_play,
        .messages = dialogue_messages,
        .verbs = verbs,
    };
    return task_main(&program, argc, argv);
}
