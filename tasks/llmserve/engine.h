/* engine.h - the engines that serve, and how long an iteration of one takes.
 *
 * A roofline with smooth corners for each matrix product, fitted to published timings, and
 * the bytes and latencies of the rest; README.md has the formula and its checks. It uses +
 * - * / and sqrt on doubles only, so that times are the same everywhere; compile with
 * -ffp-contract=off.
 */
#ifndef LLMSERVE_ENGINE_H
#define LLMSERVE_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/* What an entry is told in HELLO. */
struct engine_spec {
#define ENGINE_FIELD(kind, type, name) type name;
#include "engine_field.def"
};

struct engine {
    const char *name; /* "13B/A100-40" */
    const char *slug; /* of its cases: "13b-a100-40" */
    struct engine_spec spec;
};

enum { ENGINES = 3 };

/* index < ENGINES. kv_capacity = (0.9 memory - weights - 2 GB) / bytes of a token's keys
 * and values, of one chip. */
void engine_get(size_t index, struct engine *engine);

/* By name, or -1. */
int engine_find(const char *name);

/* What is computed in one iteration; doubles, because the generator asks for mean batches.
 */
struct engine_batch {
    double tokens;    /* of prefill chunks, and one for each decode */
    double sequences; /* that emit a token */
    double pairs;     /* sum over chunks of length * (start + length / 2) */
    double context;   /* sum over decodes of prompt + generated */
};

double engine_seconds(const struct engine_spec *spec, const struct engine_batch *batch);
uint64_t engine_us(const struct engine_spec *spec, const struct engine_batch *batch);

/* Parts of it that bound.c and workload.c need: seconds of attention for one pair, of
 * reading one token of context, and the least that a token can cost in any batch, to
 * compute and to emit. */
double engine_pair_seconds(const struct engine_spec *spec);
double engine_context_seconds(const struct engine_spec *spec);
double engine_token_limit_seconds(const struct engine_spec *spec);
double engine_emit_limit_seconds(const struct engine_spec *spec);

#endif
