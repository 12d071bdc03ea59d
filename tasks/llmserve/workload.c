#include "workload.h"

#include "sdk/buf.h"
#include "sdk/exact.h"
#include "sdk/variate.h"

const double workload_loads[RUNS] = {.4, .6, .75, .9, 1.05};

enum { APPS = 12, PROMPT_CAP = 8000, OUTPUT_CAP = 1500, PROMPT_MIN = 16, OUTPUT_MIN = 2 };
enum { STREAM_BITS = 16 }; /* of a request's number in those of its streams */
enum { PREFILL_BATCH = 2048, DECODE_BATCH_MAX = 128, ISOLATED_CONTEXT = 1000 };

/* An application: weight of its requests, lognormal lengths, and its kind. */
struct app {
    double weight;
    double prompt_mu, prompt_sigma;
    double output_mu, output_sigma;
    uint64_t timeout_us; /* 0: chat */
};

/* The laws are fitted to the Azure 2023 traces; README.md says which figure is whose. */
static const double code_share = .3, background_share = .3;
static const double weight_sigma = .8;

struct app_law {
    double prompt_mu, prompt_spread, output_mu, output_spread;
};
static const struct app_law code_law = {7.3, .5, 2.9, .5}, chat_law = {6.6, .6, 5.0, .7};

static double per_token(const struct engine_spec *spec)
{
    return engine_seconds(spec, &(struct engine_batch){PREFILL_BATCH, 1, 0, 0}) /
           PREFILL_BATCH;
}

/* 2.2 times the isolated latency at the application's median prompt and the 70th percentile
 * of its answers, and .3 s. */
static uint64_t timeout_us(const struct engine_spec *spec, const struct app *app)
{
    static const double z70 = .52;
    double step = engine_seconds(spec, &(struct engine_batch){1, 1, 0, ISOLATED_CONTEXT});
    double latency = task_exp(app->output_mu + z70 * app->output_sigma) * step +
                     task_exp(app->prompt_mu) * per_token(spec);
    return (uint64_t)((2.2 * latency + .3) * 1e6 + .5);
}

static void draw_app(struct task_rng *rng, const struct engine_spec *spec, struct app *app)
{
    bool is_code = task_rng_chance(rng, code_share);
    bool is_background = task_rng_chance(rng, background_share);
    const struct app_law *law = is_code ? &code_law : &chat_law;
    app->prompt_mu = law->prompt_mu + law->prompt_spread * task_rng_normal(rng);
    app->prompt_sigma = task_rng_range(rng, .4, .9);
    app->output_mu = law->output_mu + law->output_spread * task_rng_normal(rng);
    app->output_sigma = task_rng_range(rng, .25, .75);
    app->weight = task_rng_lognormal(rng, 0, weight_sigma);
    app->timeout_us = is_code || is_background ? timeout_us(spec, app) : 0;
}

uint32_t workload_prompt_max(const struct engine_spec *spec)
{
    uint32_t fifth = spec->kv_capacity / 5;
    return fifth < PROMPT_CAP ? fifth : PROMPT_CAP;
}

uint32_t workload_output_max(const struct engine_spec *spec)
{
    uint32_t eighth = spec->kv_capacity / 8;
    return eighth < OUTPUT_CAP ? eighth : OUTPUT_CAP;
}

static uint32_t clip(double value, uint32_t low, uint32_t high)
{
    return value < low ? low : value > high ? high : (uint32_t)value;
}

void workload_chat(struct request *r)
{
    r->kind = REQUEST_CHAT;
    r->ttft_us = 1000000 + 250 * r->prompt;
    r->tpot_us = 60000;
    r->timeout_us = 0;
}

static size_t pick_app(struct task_rng *rng, const struct app apps[APPS])
{
    double sum = 0;
    for (size_t i = 0; i < APPS; i++)
        sum += apps[i].weight;
    double left = sum * task_rng_uniform(rng);
    size_t i = 0;
    while (i < APPS - 1 && (left -= apps[i].weight) > 0)
        i++;
    return i;
}

static void draw_request(struct task_rng *rng, const struct engine_spec *spec,
                         const struct app apps[APPS], struct request *r)
{
    size_t index = pick_app(rng, apps);
    const struct app *app = &apps[index];
    r->app = (uint32_t)index;
    r->prompt = clip(task_rng_lognormal(rng, app->prompt_mu, app->prompt_sigma), PROMPT_MIN,
                     workload_prompt_max(spec));
    r->output = clip(task_rng_lognormal(rng, app->output_mu, app->output_sigma), OUTPUT_MIN,
                     workload_output_max(spec));
    if (app->timeout_us == 0) {
        workload_chat(r);
        return;
    }
    r->kind = REQUEST_CALL;
    r->timeout_us = app->timeout_us;
}

double workload_seconds(const struct engine_spec *spec, const struct run *run)
{
    double context = 0;
    for (size_t i = 0; i < run->count; i++)
        context += run->requests[i].prompt + run->requests[i].output / 2.0;
    context /= (double)run->count;
    double batch = spec->kv_capacity / context * .7;
    if (batch > DECODE_BATCH_MAX)
        batch = DECODE_BATCH_MAX;
    double per_prompt = per_token(spec), pair = engine_pair_seconds(spec);
    double per_output =
        engine_seconds(spec, &(struct engine_batch){batch, batch, 0, batch * context}) /
        batch;
    double sum = 0;
    for (size_t i = 0; i < run->count; i++) {
        double prompt = run->requests[i].prompt;
        sum += per_prompt * prompt + pair * prompt * prompt / 2 +
               per_output * run->requests[i].output;
    }
    return sum;
}

/* What an entry sees of a request tells bits of the numbers that drew it, and a run far
 * more than the 256 of a generator's state. Each request has streams of its own, so that no
 * arithmetic leads from those seen to those to come, or to what is left of an answer. */
static void open_stream(const struct workload *what, const char *purpose, uint64_t run,
                        size_t request, struct task_rng *rng)
{
    uint64_t index = (what->number * RUNS + run) << STREAM_BITS | request;
    task_generate_rng(what->job, purpose, index, rng);
}

/* A renewal process with gamma gaps, whose rate is the wanted one times a burst level that
 * is held 20 to 60 s, times a slow wave. */
static void draw_arrivals(const struct workload *what, uint64_t k, double rate,
                          struct run *run)
{
    struct task_rng rng;
    open_stream(what, "waves", k, 0, &rng);
    double shape = task_rng_range(&rng, .5, 1.2);
    double phase = task_rng_range(&rng, 0, 6.28);
    double t = 0, level = 1, level_end = 0;
    for (size_t i = 0; i < run->count; i++) {
        open_stream(what, "arrival", k, i, &rng);
        if (t >= level_end) {
            level = task_rng_lognormal(&rng, -.125, .5);
            level_end = t + task_rng_range(&rng, 20, 60);
        }
        double now = rate * level * (1 + .3 * task_sin(t / 60 + phase));
        t += task_rng_gamma(&rng, shape, 1 / (shape * now));
        run->requests[i].arrival_us = (uint64_t)(t * 1e6 + .5);
    }
}

void workload_draw(const struct workload *what, struct run runs[RUNS])
{
    struct engine engine;
    struct app apps[APPS];
    struct task_rng rng;
    engine_get(what->engine, &engine);
    task_generate_rng(what->job, "applications", what->number, &rng);
    for (size_t i = 0; i < APPS; i++)
        draw_app(&rng, &engine.spec, &apps[i]);
    for (size_t k = 0; k < RUNS; k++) {
        struct run *run = &runs[k];
        run->load = workload_loads[k];
        run->count = RUN_REQUESTS;
        run->requests = task_alloc(run->count, sizeof *run->requests);
        for (size_t i = 0; i < run->count; i++) {
            open_stream(what, "request", k, i, &rng);
            draw_request(&rng, &engine.spec, apps, &run->requests[i]);
        }
        double rate = (double)run->count / workload_seconds(&engine.spec, run) * run->load;
        draw_arrivals(what, k, rate, run);
    }
}
