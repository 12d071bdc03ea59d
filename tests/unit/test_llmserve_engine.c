/* The engines of llmserve against the figures of their specification. */
#include "llmserve_kit.h"

#include "llmserve/engine.h"
#include "llmserve/workload.h"

#include "sdk/buf.h"
#include "sdk/variate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

TestSuite(llmserve_engine, .timeout = 60);

static struct engine_spec spec_of(const char *name)
{
    struct engine engine;
    int index = engine_find(name);
    cr_assert_geq(index, 0, "%s", name);
    engine_get((size_t)index, &engine);
    return engine.spec;
}

/* 10,125, 430,271 and 419,537 tokens, as the specification works them out. */
Test(llmserve_engine, memory_is_what_weights_leave)
{
    cr_expect_eq(spec_of("13B/A100-40").kv_capacity, 10125);
    cr_expect_eq(spec_of("70B/H100x4").kv_capacity, 430271);
    cr_expect_eq(spec_of("8B/A100-80").kv_capacity, 419537);
    cr_expect_eq(engine_find("8B"), -1);
}

/* Decodes of 32 requests with 1,000 tokens of context, and a prompt of 2,048. */
Test(llmserve_engine, iterations_take_what_the_specification_measured)
{
    static const struct {
        const char *engine;
        struct engine_batch batch;
        double ms, within;
    } rows[] = {
        {"8B/A100-80", {32, 32, 0, 32000}, 15.7, .05},
        {"13B/A100-40", {32, 32, 0, 32000}, 45.6, .05},
        {"70B/H100x4", {32, 32, 0, 32000}, 20.4, .05},
        {"8B/A100-80", {2048, 1, 2048 * 1024., 0}, 145, .5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct engine_spec spec = spec_of(rows[i].engine);
        double ms = 1e3 * engine_seconds(&spec, &rows[i].batch);
        cr_expect_float_eq(ms, rows[i].ms, rows[i].within, "%s: %g", rows[i].engine, ms);
        cr_expect_eq(engine_us(&spec, &rows[i].batch), (uint64_t)(ms * 1e3 + .5));
    }
}

Test(llmserve_engine, nothing_in_the_batch_takes_no_time_and_no_emission_costs_no_logits)
{
    const struct engine_spec spec = spec_of("70B/H100x4");
    cr_expect_eq(engine_seconds(&spec, &(struct engine_batch){0, 0, 0, 0}), 0);
    double silent = engine_seconds(&spec, &(struct engine_batch){64, 0, 2048, 0});
    double emits = engine_seconds(&spec, &(struct engine_batch){64, 1, 2048, 0});
    cr_expect(isfinite(silent) && silent < emits);
}

/* What participants copy to foresee a step. */
Test(llmserve_engine, the_sample_entry_foresees_the_time_of_a_step)
{
    static const double batches[][4] = {
        {1, 1, 0, 17}, {600, 80, 40000, 90000}, {511, 0, 130816, 0}, {4096, 64, 8e6, 1e5}};
    for (size_t e = 0; e < ENGINES; e++)
        for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
            const double *b = batches[i];
            const struct engine_batch batch = {b[0], b[1], b[2], b[3]};
            struct engine engine;
            engine_get(e, &engine);
            double seconds = engine_seconds(&engine.spec, &batch);
            double foreseen = llmserve_kit_seconds(&engine.spec, b);
            cr_expect_float_eq(foreseen, seconds, 1e-12 * seconds, "%s, batch %zu: %g",
                               engine.name, i, foreseen);
        }
}

/* Azure's conversations, as fitted in the specification (logarithm of prompt 6.64 +- .98,
 * of output 5.03 +- .85), load the 8B engine fully at 7.6 requests a second. */
Test(llmserve_engine, capacity_for_conversations_is_the_one_stated)
{
    const struct engine_spec spec = spec_of("8B/A100-80");
    const struct task_stream stream = {"00", "test", "1", "", "conv", 0};
    enum { N = 20000 };
    struct task_rng rng;
    struct run run = {1, task_alloc(N, sizeof *run.requests), N};
    task_rng_init(&rng, &stream);
    for (size_t i = 0; i < N; i++) {
        double prompt = fmin(8000, task_rng_lognormal(&rng, 6.64, .98));
        double output = fmin(1500, task_rng_lognormal(&rng, 5.03, .85));
        run.requests[i].prompt = (uint32_t)fmax(1, prompt);
        run.requests[i].output = (uint32_t)fmax(1, output);
    }
    double rate = N / workload_seconds(&spec, &run);
    cr_expect_float_eq(rate, 7.6, .5, "%g a second", rate);
    free(run.requests);
}
