#include "cost.h"

#include <math.h>

/* Bytes that norms, dropouts and residuals move per token and hidden unit; the activation
 * function's per unit of the feed-forward part; the soft-max's of unfused attention per
 * score; the loss's per logit. */
static const double NORM_BYTES = 22, PLAIN_BYTES = 4, GATED_BYTES = 6, SCORE_BYTES = 11,
                    LOGIT_BYTES = 10;

static double head_width(const struct model *model)
{
    return (double)model->hidden / model->heads;
}

/* Columns of the joint projection to queries, keys and values. */
static double qkv_width(const struct model *model)
{
    return model->hidden + 2 * model->kv_heads * head_width(model);
}

double cost_layer_parameters(const struct model *model)
{
    const double h = model->hidden;
    return h * qkv_width(model) + h * h + (double)model->ffn * h * (model->gated ? 3 : 2) +
           4 * h;
}

double cost_embedding_parameters(const struct model *model)
{
    return (double)model->vocab * model->hidden;
}

double cost_parameters(const struct model *model)
{
    return model->layers * cost_layer_parameters(model) + cost_embedding_parameters(model);
}

double cost_flops(const struct model *model, double sequences)
{
    const double h = model->hidden, tokens = sequences * model->seq;
    const double matrices = model->layers * (cost_layer_parameters(model) - 4 * h) +
                            cost_embedding_parameters(model);
    return 3 * (2 * tokens * matrices + 4 * tokens * model->seq * h * model->layers);
}

static double saturation(double size, double half)
{
    return size / (size + half);
}

static double efficiency(const struct chip *chip, double m, double n, double k)
{
    return chip->emax * saturation(m, chip->m0) * saturation(n, chip->n0) *
           saturation(k, chip->k0);
}

double cost_product(const struct chip *chip, double m, double n, double k)
{
    const double compute = 2 * m * n * k / (chip->peak * efficiency(chip, m, n, k));
    const double memory = 2 * (m * k + k * n + m * n) / (chip->hbm * chip->eb);
    const double a = compute * compute, b = memory * memory;
    return chip->t0 + sqrt(sqrt(a * a + b * b));
}

double cost_ring(double n, double bytes, double bandwidth, double latency)
{
    return n <= 1 ? 0 : latency + 2 * (n - 1) / n * bytes / bandwidth;
}

/* Causal, so half of the scores; or two batched products a head and the soft-max's bytes.
 */
static double attention(const struct work *work)
{
    const struct chip *chip = work->chip;
    const struct model *model = work->model;
    const double s = model->seq, d = head_width(model);
    if (chip->fa > 0)
        return 0.5 * 4 * work->microbatch * s * s * model->hidden / work->tp /
               (chip->peak * chip->fa);
    const double heads = (double)model->heads / work->tp * work->microbatch;
    const double scores = 1 / (chip->peak * efficiency(chip, s, s, d));
    const double values = 1 / (chip->peak * efficiency(chip, s, d, s));
    return heads * 2 * s * s * d * (scores + values) +
           SCORE_BYTES * heads * s * s / (chip->hbm * chip->eb);
}

static double products(const struct work *work)
{
    const struct chip *chip = work->chip;
    const struct model *model = work->model;
    const double k = work->microbatch * model->seq, h = model->hidden, t = work->tp;
    return cost_product(chip, k, qkv_width(model) / t, h) +
           cost_product(chip, k, h, h / t) +
           cost_product(chip, k, (double)model->ffn * (model->gated ? 2 : 1) / t, h) +
           cost_product(chip, k, h, model->ffn / t);
}

static double elementwise(const struct work *work)
{
    const struct model *model = work->model;
    const double k = work->microbatch * model->seq;
    const double norm =
        NORM_BYTES * k * model->hidden / (work->has_sequence_split ? work->tp : 1);
    const double activation =
        (model->gated ? GATED_BYTES : PLAIN_BYTES) * k * model->ffn / work->tp;
    return (norm + activation) / (work->chip->hbm * work->chip->eb);
}

struct layer_cost cost_layer(const struct work *work)
{
    const struct chip *chip = work->chip;
    const double linear = products(work) + elementwise(work);
    const double scores = attention(work);
    const double message = 2 * work->microbatch * work->model->seq * work->model->hidden;
    const double traffic = 2 * cost_ring(work->tp, message, chip->ib, chip->ia);
    return (struct layer_cost){
        .forward = (linear + scores) / chip->sys,
        .backward = (2 * linear + (chip->fa > 0 ? 2.5 : 2) * scores) / chip->sys,
        .forward_traffic = traffic,
        .backward_traffic = traffic,
        .attention = scores / chip->sys,
    };
}

double cost_logits(const struct work *work)
{
    const struct model *model = work->model;
    const double k = work->microbatch * model->seq,
                 columns = (double)model->vocab / work->tp;
    return (cost_product(work->chip, k, columns, model->hidden) +
            LOGIT_BYTES * k * columns / (work->chip->hbm * work->chip->eb)) /
           work->chip->sys;
}
