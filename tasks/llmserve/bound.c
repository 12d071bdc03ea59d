/* Why it is a bound. An iteration of n tokens takes at least
 *
 *     pairs and context, which add up over requests, + logits + max(G(1), n c)
 *
 * where G is the rest of the model, which grows with n, and c n is what computing n tokens
 * takes at the chip's best efficiency (engine_token_limit_seconds). The batch of an
 * iteration fits in the memory, so a request that decodes with context x pays at least
 * x / capacity of the G(1) that the iteration takes anyway. A maximum is at least any
 * weighted mean, so for every weight lambda in [0, 1] the time of all iterations is at
 * least the sum over requests of
 *
 *     own pairs, context, logits + (1 - lambda) c tokens + lambda G(1) sum of x / capacity
 *
 * however they are batched. Preemption only adds to it: at best it spares a decode its
 * context x, by prefilling x tokens anew, of which the last emits. But G(n) is not only at
 * least G(1), which the weighted mean knows: it is (n - 1) times a token's element-wise
 * bytes more, which take 9 (13B) to 178 times (70B) as long as a token's context. (Times
 * are rounded to a microsecond; of iterations of 10 ms that is .08 of 1,500 requests.)
 *
 * Requests that are served in time must have had their work done between the first arrival
 * among them and the last of their deadlines. So of a set of requests at most so many are
 * in time as the cheapest of them fit in that span. Sets are the whole run and the arrivals
 * in disjoint windows; the span may end at the last first-token deadline, if only prefill
 * is counted for chat, or at the last deadline of all, if all is counted. Every one of
 * these counts is a bound, also the smallest.
 */
#include "bound.h"

#include "sdk/buf.h"

#include <stdbool.h>
#include <stdlib.h>

static const double window_seconds[] = {2, 5, 10, 20, 60};
static const double lambdas[] = {0, .25, .5, .75, 1};
enum { WINDOWS = sizeof window_seconds / sizeof *window_seconds };
enum { LAMBDAS = sizeof lambdas / sizeof *lambdas };

struct costs {
    double token, emit, pair, context, step;
    double capacity;
};

static struct costs costs_of(const struct engine_spec *spec)
{
    return (struct costs){
        .token = engine_token_limit_seconds(spec),
        .emit = engine_emit_limit_seconds(spec),
        .pair = engine_pair_seconds(spec),
        .context = engine_context_seconds(spec),
        .step = engine_seconds(spec, &(struct engine_batch){1, 0, 0, 0}),
        .capacity = spec->kv_capacity,
    };
}

/* One way to bound: the weight, and which end of a request counts. */
struct way {
    double lambda;
    bool is_whole; /* else chat counts up to its first token */
};

static double work(const struct costs *c, const struct request *r, const struct way *way)
{
    bool is_whole = way->is_whole || r->kind == REQUEST_CALL;
    double prompt = r->prompt, decodes = is_whole ? r->output - 1.0 : 0;
    /* The first decode has the prompt and one token before it. */
    double context = decodes * (prompt + 1) + decodes * (decodes - 1) / 2;
    double held = (prompt + 1 + context) / c->capacity;
    return c->pair * prompt * prompt / 2 + c->context * context + c->emit * (1 + decodes) +
           (1 - way->lambda) * c->token * (prompt + decodes) + way->lambda * c->step * held;
}

/* From the arrival, seconds. */
static double deadline(const struct request *r, const struct way *way)
{
    if (r->kind == REQUEST_CALL)
        return (double)r->timeout_us / 1e6;
    double answer = way->is_whole ? (double)r->tpot_us * (r->output - 1.0) : 0;
    return (r->ttft_us + answer) / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A set: requests from .. to - 1, and the seconds that they have. */
struct span {
    size_t from, to;
    double seconds;
};

static size_t fitting(const struct run *run, const struct costs *costs,
                      const struct way *way, const struct span *span, double *works)
{
    size_t count = span->to - span->from, fit = 0;
    for (size_t i = 0; i < count; i++)
        works[i] = work(costs, &run->requests[span->from + i], way);
    qsort(works, count, sizeof *works, by_value);
    double left = span->seconds;
    while (fit < count && (left -= works[fit]) >= 0)
        fit++;
    return fit;
}

static double arrival(const struct run *run, size_t i)
{
    return (double)run->requests[i].arrival_us / 1e6;
}

/* The requests from `from` that arrive within a window, and the time until the last of
 * their deadlines. */
static struct span window(const struct run *run, const struct way *way, size_t from,
                          double seconds)
{
    struct span span = {from, from, 0};
    double start = arrival(run, from), end = 0;
    while (span.to < run->count && arrival(run, span.to) < start + seconds) {
        double latest = arrival(run, span.to) + deadline(&run->requests[span.to], way);
        end = latest > end ? latest : end;
        span.to++;
    }
    span.seconds = end - start;
    return span;
}

static size_t count_in_windows(const struct run *run, const struct costs *costs,
                               const struct way *way, double seconds)
{
    task_auto_free double *works = task_alloc(run->count + 1, sizeof *works);
    size_t sum = 0;
    for (size_t from = 0; from < run->count;) {
        struct span span = window(run, way, from, seconds);
        sum += fitting(run, costs, way, &span, works);
        from = span.to;
    }
    return sum;
}

double bound_attainment(const struct engine_spec *spec, const struct run *run)
{
    struct costs costs = costs_of(spec);
    size_t best = run->count;
    double whole = run->count > 0 ? arrival(run, run->count - 1) + 1 : 0;
    for (size_t l = 0; l < LAMBDAS; l++)
        for (size_t k = 0; k < 2 * (WINDOWS + 1); k++) {
            struct way way = {lambdas[l], k % 2 == 0};
            double seconds = k / 2 < WINDOWS ? window_seconds[k / 2] : whole;
            size_t count = count_in_windows(run, &costs, &way, seconds);
            best = count < best ? count : best;
        }
    return run->count > 0 ? (double)best / (double)run->count : 0;
}
