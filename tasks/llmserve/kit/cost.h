/* cost.h: how long the engine takes for an iteration, as the task's README.md says.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef COST_H
#define COST_H

#include "serve.h"

#include <math.h>

/* A matrix product of m rows, n columns, k summed terms. */
static inline double cost_product(const struct engine *e, double m, double n, double k)
{
    double part = e->emax * m / (m + e->m0) * n / (n + e->n0);
    if (e->k0 > 0)
        part *= k / (k + e->k0);
    double compute = 2 * m * n * k / (e->peak * part);
    double memory = 2 * (m * k + k * n + m * n) / (e->hbm * e->eb);
    double a = compute * compute, b = memory * memory;
    return e->t0 + sqrt(sqrt(a * a + b * b));
}

/* Seconds. tokens: of chunks, and one a decode; emitting: requests that get a token; pairs:
 * sum of chunk * (start + chunk / 2); context: sum of prompt + generated of decodes. */
static inline double cost_step(const struct engine *e, double tokens, double emitting,
                               double pairs, double context)
{
    double h = e->hidden, t = e->tp, head = h / e->heads;
    double layer = cost_product(e, tokens, (h + 2 * e->kv_heads * head) / t, h) +
                   cost_product(e, tokens, h, h / t) +
                   cost_product(e, tokens, 2 * e->ffn / t, h) +
                   cost_product(e, tokens, h, e->ffn / t) + 20e-6 +
                   (22 * tokens * h + 6 * tokens * e->ffn / t) / (e->hbm * e->eb);
    if (e->tp > 1)
        layer +=
            2 * ((tokens < 512 ? 12e-6 : e->ia) + 2 * (t - 1) / t * 2 * tokens * h / e->ib);
    layer += 4 * pairs * h / t / (e->peak * e->fa);
    layer += 4 * context * e->kv_heads * head / t / (.8 * e->hbm);
    double logits = emitting > 0 ? cost_product(e, emitting, e->vocab / t, h) : 0;
    return e->layers * layer + logits + 2e-3;
}

#endif
