#include "engine.h"

#include <math.h>
#include <string.h>

/* Fitted on the timings that Vidur publishes for A100 and H100 (MIT licence), the peaks and
 * bandwidths being the makers'. k0 = 0: no such loss was found. */
struct chip {
    double peak, memory, hbm;
    double emax, m0, n0, k0, eb, t0;
    double fa, ia, ib;
};

#define A100                                                                               \
    .peak = 312e12, .emax = .757, .m0 = 76, .n0 = 67, .k0 = 57, .eb = .831, .t0 = 5.4e-6,  \
    .fa = .55, .ia = 56e-6, .ib = 163e9
static const struct chip a100_40 = {A100, .memory = 40e9, .hbm = 1.555e12};
static const struct chip a100_80 = {A100, .memory = 80e9, .hbm = 2.039e12};
static const struct chip h100 = {.peak = 989e12,
                                 .memory = 80e9,
                                 .hbm = 3.35e12,
                                 .emax = .768,
                                 .m0 = 140,
                                 .n0 = 209,
                                 .k0 = 0,
                                 .eb = .98,
                                 .t0 = 6.1e-6,
                                 .fa = .40,
                                 .ia = 32e-6,
                                 .ib = 351e9};

static const struct {
    const char *name, *slug;
    const struct chip *chip;
    uint32_t layers, hidden, heads, kv_heads, ffn, vocab, tp;
} table[ENGINES] = {
    {"13B/A100-40", "13b-a100-40", &a100_40, 40, 5120, 40, 40, 13824, 32000, 1},
    {"70B/H100x4", "70b-h100x4", &h100, 80, 8192, 64, 8, 28672, 128256, 4},
    {"8B/A100-80", "8b-a100-80", &a100_80, 32, 4096, 32, 8, 14336, 128256, 1},
};

static const double layer_overhead_s = 20e-6, step_overhead_s = 2e-3;
static const double context_hbm_share = .8; /* reading keys and values of many requests */
static const double small_latency_s = 12e-6;
enum { SMALL_TOKENS = 512 }; /* an all-reduce of fewer takes the quick way */

/* Columns of the product that makes queries, keys and values, of one chip. */
static double qkv_columns(const struct engine_spec *s)
{
    double head = (double)s->hidden / s->heads;
    return ((double)s->hidden + 2 * s->kv_heads * head) / s->tp;
}

static double kv_bytes(const struct engine_spec *s)
{
    return 4.0 * s->layers * s->kv_heads * ((double)s->hidden / s->heads) / s->tp;
}

/* Two bytes each; attention, gated feed-forward, norms; one embedding. */
static double weight_bytes(const struct engine_spec *s)
{
    double h = s->hidden, head = h / s->heads;
    double layer = h * (h + 2 * s->kv_heads * head) + h * h + 3.0 * s->ffn * h + 4 * h;
    return 2 * (s->layers * layer + s->vocab * h) / s->tp;
}

void engine_get(size_t index, struct engine *engine)
{
    const struct chip *chip = table[index].chip;
    engine->name = table[index].name;
    engine->slug = table[index].slug;
    struct engine_spec *s = &engine->spec;
    *s = (struct engine_spec){.layers = table[index].layers,
                              .hidden = table[index].hidden,
                              .heads = table[index].heads,
                              .kv_heads = table[index].kv_heads,
                              .ffn = table[index].ffn,
                              .vocab = table[index].vocab,
                              .tp = table[index].tp,
                              .peak = chip->peak,
                              .hbm = chip->hbm,
                              .emax = chip->emax,
                              .m0 = chip->m0,
                              .n0 = chip->n0,
                              .k0 = chip->k0,
                              .eb = chip->eb,
                              .t0 = chip->t0,
                              .fa = chip->fa,
                              .ia = chip->ia,
                              .ib = chip->ib};
    double room = chip->memory * .9 - weight_bytes(s) - 2e9;
    s->kv_capacity = (uint32_t)(room / kv_bytes(s));
}

int engine_find(const char *name)
{
    for (int i = 0; i < ENGINES; i++)
        if (strcmp(table[i].name, name) == 0)
            return i;
    return -1;
}

/* Share of the peak that a product with n columns and k summed terms reaches when it has
 * many rows. */
static double efficiency(const struct engine_spec *s, double n, double k)
{
    return s->emax * n / (n + s->n0) * (s->k0 > 0 ? k / (k + s->k0) : 1);
}

/* Rows m, columns n, summed k: the 4-norm of computing and reading, a smooth maximum. */
static double product(const struct engine_spec *s, double m, double n, double k)
{
    double e = efficiency(s, n, k) * m / (m + s->m0);
    double compute = 2 * m * n * k / (s->peak * e);
    double memory = 2 * (m * k + k * n + m * n) / (s->hbm * s->eb);
    double a = compute * compute, b = memory * memory;
    return s->t0 + sqrt(sqrt(a * a + b * b));
}

/* The columns and summed terms of a layer's four products. */
struct shape {
    double n, k;
};

static void layer_shapes(const struct engine_spec *s, struct shape shapes[4])
{
    double h = s->hidden, ffn = s->ffn;
    shapes[0] = (struct shape){qkv_columns(s), h};
    shapes[1] = (struct shape){h, h / s->tp};
    shapes[2] = (struct shape){2 * ffn / s->tp, h};
    shapes[3] = (struct shape){h, ffn / s->tp};
}

static double element_seconds(const struct engine_spec *s, double tokens)
{
    double bytes = 22 * tokens * s->hidden + 6 * tokens * s->ffn / s->tp;
    return bytes / (s->hbm * s->eb);
}

/* A ring's bytes; latency apart. */
static double reduce_seconds(const struct engine_spec *s, double tokens)
{
    double bytes = 2 * tokens * s->hidden;
    return 2.0 * (s->tp - 1) / s->tp * bytes / s->ib;
}

static double layer_seconds(const struct engine_spec *s, double tokens)
{
    struct shape shapes[4];
    layer_shapes(s, shapes);
    double sum = layer_overhead_s + element_seconds(s, tokens);
    for (size_t i = 0; i < 4; i++)
        sum += product(s, tokens, shapes[i].n, shapes[i].k);
    double latency = tokens < SMALL_TOKENS ? small_latency_s : s->ia;
    return s->tp > 1 ? sum + 2 * (latency + reduce_seconds(s, tokens)) : sum;
}

double engine_pair_seconds(const struct engine_spec *s)
{
    return s->layers * (4.0 * s->hidden / s->tp / (s->peak * s->fa));
}

double engine_context_seconds(const struct engine_spec *s)
{
    return kv_bytes(s) / (context_hbm_share * s->hbm);
}

double engine_seconds(const struct engine_spec *s, const struct engine_batch *batch)
{
    if (batch->tokens <= 0)
        return 0;
    double sum = s->layers * layer_seconds(s, batch->tokens) + step_overhead_s;
    sum += batch->pairs * engine_pair_seconds(s);
    sum += batch->context * engine_context_seconds(s);
    if (batch->sequences > 0)
        sum += product(s, batch->sequences, (double)s->vocab / s->tp, s->hidden);
    return sum;
}

uint64_t engine_us(const struct engine_spec *s, const struct engine_batch *batch)
{
    return (uint64_t)(engine_seconds(s, batch) * 1e6 + .5);
}

/* Of a product only computing grows with the rows for certain: 2 n k / (peak e) each, e at
 * its best. */
double engine_token_limit_seconds(const struct engine_spec *s)
{
    struct shape shapes[4];
    layer_shapes(s, shapes);
    double sum = element_seconds(s, 1) + (s->tp > 1 ? 2 * reduce_seconds(s, 1) : 0);
    for (size_t i = 0; i < 4; i++)
        sum += 2 * shapes[i].n * shapes[i].k /
               (s->peak * efficiency(s, shapes[i].n, shapes[i].k));
    return s->layers * sum;
}

double engine_emit_limit_seconds(const struct engine_spec *s)
{
    double n = (double)s->vocab / s->tp, k = s->hidden;
    return 2 * n * k / (s->peak * efficiency(s, n, k));
}
