#include "draw.h"

#include "sdk/buf.h"
#include "sdk/exact.h"
#include "sdk/variate.h"

#include <stdlib.h>

/* What the three kinds differ in. Shares are of requests. */
static const struct law {
    bool is_unit;
    double alpha[2];       /* Zipf's exponent of the core, from and to */
    double core_share;     /* of ordinary requests; the others go to fresh objects */
    uint32_t drift[2];     /* requests until a popular object is replaced */
    double scan_share;     /* reading many objects in a row, mostly once */
    double loop_share;     /* reading the same objects in a row again and again */
    double requests_per_s; /* times are a Poisson process; they carry no signal */
} laws[] = {
    [CACHE_KV] = {true, {.9, 1.2}, .85, {400, 2400}, .01, .02, 2000},
    [CACHE_BLOCK] = {true, {.6, .85}, .6, {3000, 3000}, .15, .15, 500},
    [CACHE_CDN] = {false, {.75, 1.05}, .7, {100, 700}, 0, .03, 50},
};

enum {
    CORE_MIN = 20000,
    CORE_MAX = 60000,
    RECENT = 4096,
    SCAN_MIN = 200,
    SCAN_MAX = 3200,
    LOOPS_MAX = 3,
    LOOP_MIN = 500,
    LOOP_RUN_MIN = 20,
    BYTES_MIN = 64,
    BYTES_MAX = 20000000,
    SCAN_PLACES = 3000, /* where on the disk a scan may start */
    FRESH_STREAM = 8,   /* requests that one stream draws */
    STREAM_BITS = 20,   /* of its number among those of a trace */
};
static const double popular_part = .2;  /* of the core, where objects are replaced */
static const double brand_new = .45;    /* of requests of fresh objects */
static const double scan_moves = .7;    /* else it goes on where the last one ended */
static const double size_mean_log = 10; /* lognormal bytes */
static const double size_deviation = 1.6;

/* Spaces of keys that never meet; the core's are below all of them. */
static const uint64_t fresh_keys = (uint64_t)1 << 40, scan_keys = (uint64_t)2 << 40,
                      loop_keys = (uint64_t)3 << 40, place_keys = 1 << 20;

struct loop {
    uint32_t length, at;
};

struct draw {
    const struct task_generate *job;
    uint64_t stream; /* of the trace */
    const struct law *law;
    struct task_rng rng;
    uint32_t core_size;
    double *cumulative; /* of the popularity of the core's ranks */
    uint64_t *core;     /* key at each rank */
    uint32_t drift;
    uint64_t next_fresh;
    uint64_t recent[RECENT]; /* a ring of the last fresh keys */
    uint32_t recent_count, recent_at;
    uint32_t scan_left;
    uint64_t scan_at;
    struct loop loops[LOOPS_MAX];
    uint32_t loop_count, loop_now, loop_left;
    double scan_chance, loop_chance, base_chance; /* weights of what starts next */
};

static uint32_t between(struct task_rng *rng, uint32_t low, uint32_t high)
{
    return (uint32_t)task_rng_between(rng, low, high);
}

static void init_core(struct draw *d)
{
    double alpha = task_rng_range(&d->rng, d->law->alpha[0], d->law->alpha[1]), sum = 0;
    d->core_size = between(&d->rng, CORE_MIN, CORE_MAX);
    d->cumulative = task_alloc(d->core_size, sizeof *d->cumulative);
    d->core = task_alloc(d->core_size, sizeof *d->core);
    for (uint32_t i = 0; i < d->core_size; i++) {
        sum += task_exp(-alpha * task_log((double)(i + 1)));
        d->cumulative[i] = sum;
        d->core[i] = i;
    }
    d->drift = between(&d->rng, d->law->drift[0], d->law->drift[1]);
}

static uint64_t scan_place(struct draw *d)
{
    return scan_keys + place_keys * task_rng_below(&d->rng, SCAN_PLACES);
}

/* A scan and a run of a loop are many requests: the chance that one starts is its share of
 * requests over its mean length. */
static void init_runs(struct draw *d)
{
    double loop_mean = 0;
    d->loop_count = between(&d->rng, 1, LOOPS_MAX);
    for (uint32_t i = 0; i < d->loop_count; i++) {
        double growth = task_exp(3.5 * task_rng_uniform(&d->rng));
        d->loops[i].length = LOOP_MIN + (uint32_t)(200 * growth);
        loop_mean += LOOP_RUN_MIN + d->loops[i].length / 2.0;
    }
    loop_mean /= d->loop_count;
    d->scan_at = scan_place(d);
    d->scan_chance = d->law->scan_share / ((SCAN_MIN + SCAN_MAX) / 2.0);
    d->loop_chance = d->law->loop_share / loop_mean;
    d->base_chance = 1 - d->law->scan_share - d->law->loop_share;
}

/* The rank of the core that a uniform number falls on. */
static uint64_t core_key(struct draw *d)
{
    double x = task_rng_uniform(&d->rng) * d->cumulative[d->core_size - 1];
    uint32_t low = 0, high = d->core_size - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (d->cumulative[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return d->core[low];
}

/* Brand-new, or one of the last ones, the newest most likely. */
static uint64_t fresh_key(struct draw *d)
{
    if (d->recent_count == 0 || task_rng_chance(&d->rng, brand_new)) {
        uint64_t key = fresh_keys + d->next_fresh++;
        d->recent[d->recent_at] = key;
        d->recent_at = (d->recent_at + 1) % RECENT;
        d->recent_count += d->recent_count < RECENT;
        return key;
    }
    double u = task_rng_uniform(&d->rng);
    uint32_t back = (uint32_t)(u * u * u * d->recent_count);
    return d->recent[(d->recent_at + RECENT - 1 - back) % RECENT];
}

static uint64_t scan_key(struct draw *d)
{
    d->scan_left--;
    return d->scan_at++;
}

static uint64_t loop_key(struct draw *d)
{
    struct loop *loop = &d->loops[d->loop_now];
    uint64_t key = loop_keys + place_keys * d->loop_now + loop->at;
    loop->at = (loop->at + 1) % loop->length;
    d->loop_left--;
    return key;
}

static void start_scan(struct draw *d)
{
    d->scan_left = between(&d->rng, SCAN_MIN, SCAN_MAX);
    if (task_rng_chance(&d->rng, scan_moves))
        d->scan_at = scan_place(d);
}

static void start_loop(struct draw *d)
{
    d->loop_now = (uint32_t)task_rng_below(&d->rng, d->loop_count);
    d->loop_left =
        LOOP_RUN_MIN + (uint32_t)task_rng_below(&d->rng, d->loops[d->loop_now].length);
}

static uint64_t next_key(struct draw *d)
{
    if (d->scan_left == 0 && d->loop_left == 0) {
        double x =
            task_rng_uniform(&d->rng) * (d->base_chance + d->scan_chance + d->loop_chance);
        if (x >= d->base_chance + d->scan_chance)
            start_loop(d);
        else if (x >= d->base_chance)
            start_scan(d);
        else
            return task_rng_chance(&d->rng, d->law->core_share) ? core_key(d)
                                                                : fresh_key(d);
    }
    return d->scan_left > 0 ? scan_key(d) : loop_key(d);
}

/* A popular object, the more popular the likelier, gives its rank to a new one. */
static void drift(struct draw *d)
{
    double u = task_rng_uniform(&d->rng);
    uint32_t rank = (uint32_t)(u * u * popular_part * d->core_size);
    d->core[rank] = fresh_keys + d->next_fresh++;
}

/* Which object is asked for tells some bits of the numbers that chose it, 18 at most, and a
 * trace many more than the 256 of a generator's state. A stream is left before it has told
 * them all, so that no arithmetic leads from the requests seen to those to come. */
static void open_stream(struct draw *d, uint64_t number)
{
    task_generate_rng(d->job, "requests", d->stream << STREAM_BITS | number, &d->rng);
}

static void draw_keys(struct draw *d, struct cache_raw *raw, uint32_t requests)
{
    open_stream(d, 0);
    init_core(d);
    init_runs(d);
    for (uint32_t i = 0; i < requests; i++) {
        if (i % FRESH_STREAM == 0)
            open_stream(d, 1 + i / FRESH_STREAM);
        if (i % d->drift == d->drift - 1)
            drift(d);
        raw[i].key = next_key(d);
    }
    free(d->cumulative);
    free(d->core);
}

static void draw_times(struct task_rng *rng, double per_s, struct cache_raw *raw,
                       uint32_t requests)
{
    double ms = 0;
    for (uint32_t i = 0; i < requests; i++) {
        raw[i].time_ms = (uint64_t)ms;
        ms += task_rng_exponential(rng, 1000 / per_s);
    }
}

static uint32_t draw_size(struct task_rng *rng)
{
    double bytes = task_rng_lognormal(rng, size_mean_log, size_deviation);
    return bytes < BYTES_MIN ? BYTES_MIN : bytes > BYTES_MAX ? BYTES_MAX : (uint32_t)bytes;
}

struct cache_trace *cache_draw(const struct task_generate *job, enum cache_kind kind,
                               uint32_t index, uint32_t requests)
{
    struct draw *d = task_alloc(1, sizeof *d);
    struct cache_raw *raw = task_alloc(requests, sizeof *raw);
    const uint64_t stream = (uint64_t)kind * 1000000 + index;
    struct task_rng rng;
    d->job = job;
    d->stream = stream;
    d->law = &laws[kind];
    draw_keys(d, raw, requests);
    task_generate_rng(job, "times", stream, &rng);
    draw_times(&rng, d->law->requests_per_s, raw, requests);
    const struct cache_source source = {raw, requests, kind, d->law->is_unit};
    struct cache_trace *trace = cache_trace_new(&source);
    task_generate_rng(job, "sizes", stream, &rng);
    for (uint32_t i = 0; !trace->is_unit && i < trace->objects; i++)
        trace->size[i] = draw_size(&rng);
    cache_trace_sum(trace);
    free(raw);
    free(d);
    return trace;
}
