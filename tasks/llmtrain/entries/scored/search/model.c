/* model.c: the task's cost model, for fused attention or not, ZeRO-1 on. */
#include "search.h"

#include <math.h>
#include <string.h>

static double product(const struct chip *c, double m, double n, double k)
{
    const double e = c->emax * m / (m + c->m0) * n / (n + c->n0) * k / (k + c->k0);
    const double a = 2 * m * n * k / (c->peak * e);
    const double b = 2 * (m * k + k * n + m * n) / (c->hbm * c->eb);
    return c->t0 + sqrt(sqrt(a * a * a * a + b * b * b * b));
}

static double ring(double n, double bytes, double bandwidth, double latency)
{
    return n <= 1 ? 0 : latency + 2 * (n - 1) / n * bytes / bandwidth;
}

static double layer_parameters(const struct instance *in)
{
    const double h = in->hidden;
    return h * (h + 2 * in->kv_heads * h / in->heads) + h * h +
           in->ffn * h * (in->gated ? 3 : 2) + 4 * h;
}

static double attention(const struct instance *in, const struct chip *c, double t, double b)
{
    const double s = in->seq, d = in->hidden / in->heads, heads = in->heads / t * b;
    if (c->fa > 0)
        return 2 * b * s * s * in->hidden / t / (c->peak * c->fa);
    const double e = c->emax * s / (s + c->m0);
    const double e1 = e * s / (s + c->n0) * d / (d + c->k0);
    const double e2 = e * d / (d + c->n0) * s / (s + c->k0);
    return heads * 2 * s * s * d * (1 / e1 + 1 / e2) / c->peak +
           11 * heads * s * s / (c->hbm * c->eb);
}

static void fill(const struct instance *in, const struct chip *c, double t, double b,
                 struct times *out)
{
    const double h = in->hidden, k = b * in->seq, memory = c->hbm * c->eb;
    const double qkv = h + 2 * in->kv_heads * h / in->heads;
    const double work = product(c, k, qkv / t, h) + product(c, k, h, h / t) +
                        product(c, k, in->ffn * (in->gated ? 2 : 1) / t, h) +
                        product(c, k, h, in->ffn / t) +
                        (22 * k * h + (in->gated ? 6 : 4) * k * in->ffn) / t / memory;
    const double scores = attention(in, c, t, b);
    const double traffic = 2 * ring(t, 2 * k * h, c->ib, c->ia);
    out->forward = (work + scores) / c->sys + traffic;
    out->backward = (2 * work + (c->fa > 0 ? 2.5 : 2) * scores) / c->sys + traffic;
    out->logits =
        (product(c, k, in->vocab / t, h) + 10 * k * in->vocab / t / memory) / c->sys;
    const double width = in->ffn / (4 * h) * (in->gated ? 1.5 : 1);
    out->keep = k * h * (18 + 16 * width) / t;
    if (c->fa <= 0)
        out->keep += 5 * in->heads * in->seq * k / t;
    out->keep_full = 2 * k * h / t;
}

const struct times *times_of(const struct instance *in, const struct stage *stage,
                             int microbatch)
{
    static struct times known[CHIPS][TP_BITS][MICROBATCH_MAX + 1];
    const int chip = in->pod_chip[stage->pod];
    struct times *times = &known[chip][__builtin_ctz((unsigned)stage->tp)][microbatch];
    if (times->forward == 0)
        fill(in, &in->chip[chip], stage->tp, microbatch, times);
    return times;
}

double pass_time(const struct instance *in, const struct stage *stage, int microbatch)
{
    const struct times *t = times_of(in, stage, microbatch);
    return t->forward + t->backward + (stage->is_full ? t->forward : 0);
}

/* ---- rules ---- */

static bool is_legal_stage(const struct instance *in, const struct group *g,
                           const struct stage *s)
{
    const int host = (int)in->chip[in->pod_chip[s->pod]].host;
    return s->tp >= 1 && s->tp <= host && (int)in->heads % s->tp == 0 &&
           (int)in->hidden % s->tp == 0 && s->layers >= 1 && s->layers % g->virtual == 0;
}

static bool is_legal(const struct instance *in, const struct plan *plan)
{
    int used[PODS] = {0};
    long sequences = 0, operations = 0;
    for (int k = 0; k < plan->groups; k++) {
        const struct group *g = &plan->group[k];
        int layers = 0;
        if (g->virtual > 1 && (g->stages < 2 || g->microbatches % g->stages != 0))
            return false;
        for (int i = 0; i < g->stages; i++) {
            if (!is_legal_stage(in, g, &g->stage[i]))
                return false;
            used[g->stage[i].pod] += g->count * g->stage[i].tp;
            layers += g->stage[i].layers;
        }
        if (layers != in->layers)
            return false;
        sequences += (long)g->count * g->microbatch * g->microbatches;
        operations += 2L * g->stages * g->microbatches * g->virtual;
    }
    for (int p = 0; p < in->pods; p++)
        if (used[p] > in->pod_size[p])
            return false;
    return plan->groups > 0 && sequences >= in->batch && operations <= OPERATIONS_MAX;
}

/* ---- who holds what ---- */

struct held {
    int replicas[PODS][LAYERS], tp[PODS][LAYERS];
};

static void hold(const struct instance *in, const struct plan *plan, struct held *held)
{
    for (int p = 0; p < in->pods; p++)
        memset(held->replicas[p], 0, sizeof(int) * (size_t)in->layers);
    for (int k = 0; k < plan->groups; k++) {
        const struct group *g = &plan->group[k];
        for (int i = 0, layer = 0; i < g->stages; i++) {
            const struct stage *s = &g->stage[i];
            for (int end = layer + s->layers; layer < end; layer++) {
                int *tp = &held->tp[s->pod][layer];
                if (held->replicas[s->pod][layer] == 0 || s->tp < *tp)
                    *tp = s->tp;
                held->replicas[s->pod][layer] += g->count;
            }
        }
    }
}

/* ---- memory ---- */

static int in_flight(const struct group *g, int i)
{
    const int p = g->stages, v = g->virtual;
    const int held = v == 1 ? p - i : (2 * (p - i - 1) + (v - 1) * p + v) / v;
    return held < g->microbatches ? held : g->microbatches;
}

/* Fails if the stage does not fit; adds to the optimiser's time. */
static bool fits(const struct instance *in, const struct group *g, int i, int first,
                 const struct held *held, double *optimizer)
{
    const struct stage *s = &g->stage[i];
    const struct chip *c = &in->chip[in->pod_chip[s->pod]];
    const struct times *t = times_of(in, s, g->microbatch);
    const int *replicas = held->replicas[s->pod] + first;
    const double layer = layer_parameters(in), embedding = in->vocab * in->hidden;
    const bool is_last = i == g->stages - 1;
    double own = s->layers * layer, shard = 0;
    for (int k = 0; k < s->layers; k++)
        shard += layer / replicas[k];
    if (i == 0 || is_last) {
        own += embedding;
        shard += embedding / replicas[i == 0 ? 0 : s->layers - 1];
    }
    double bytes = (own * (2 + in->grad_bytes) + 12 * shard) / s->tp;
    bytes += (s->is_full ? t->keep_full : t->keep) * s->layers * in_flight(g, i);
    bytes += s->is_full ? t->keep : 0;
    bytes += is_last ? 6 * g->microbatch * in->seq * in->vocab / s->tp : 0;
    *optimizer = fmax(*optimizer, shard / s->tp * 28 / (c->hbm * c->eb));
    return bytes <= .92 * c->mem * (1 - 1e-9); /* room for another order of summation */
}

static bool all_fit(const struct instance *in, const struct plan *plan,
                    const struct held *held, double *optimizer)
{
    for (int k = 0; k < plan->groups; k++) {
        const struct group *g = &plan->group[k];
        for (int i = 0, first = 0; i < g->stages; first += g->stage[i++].layers)
            if (!fits(in, g, i, first, held, optimizer))
                return false;
    }
    return true;
}

/* ---- pipelines ---- */

static const struct stage *next_of(const struct group *g, int i)
{
    return i + 1 < g->stages ? &g->stage[i + 1] : g->virtual > 1 ? &g->stage[0] : 0;
}

static void count_crossings(const struct instance *in, const struct plan *plan,
                            int crossings[REGIONS][REGIONS])
{
    for (int k = 0; k < plan->groups; k++) {
        const struct group *g = &plan->group[k];
        for (int i = 0; i < g->stages; i++) {
            const struct stage *to = next_of(g, i);
            const int a = in->pod_region[g->stage[i].pod];
            const int b = to ? in->pod_region[to->pod] : a;
            if (a != b) {
                crossings[a][b] += g->count;
                crossings[b][a] += g->count;
            }
        }
    }
}

static void set_hop(const struct instance *in, const struct group *g, int i,
                    int crossings[REGIONS][REGIONS], struct pipe *pipe)
{
    const struct stage *from = &g->stage[i], *to = next_of(g, i);
    if (!to)
        return;
    const struct chip *c = &in->chip[in->pod_chip[from->pod]];
    const int a = in->pod_region[from->pod], b = in->pod_region[to->pod];
    double way = fmin(c->nic * from->tp, in->chip[in->pod_chip[to->pod]].nic * to->tp);
    double latency = c->na;
    if (a != b) {
        way = fmin(way, in->bandwidth[a][b] / crossings[a][b]);
        latency = in->latency[a][b];
    } else if (from->pod != to->pod) {
        latency += in->latency[a][a];
    }
    pipe->busy[i] = 2.0 * g->microbatch * in->seq * in->hidden / way;
    pipe->delay[i] = latency + pipe->busy[i];
}

static void set_pipe(const struct instance *in, const struct group *g,
                     int crossings[REGIONS][REGIONS], struct pipe *pipe)
{
    pipe->stages = g->stages;
    pipe->chunks = g->virtual;
    pipe->microbatches = g->microbatches;
    for (int i = 0; i < g->stages; i++) {
        const struct stage *s = &g->stage[i];
        const struct times *t = times_of(in, s, g->microbatch);
        const double layers = (double)s->layers / g->virtual;
        pipe->delay[i] = pipe->busy[i] = 0;
        pipe->forward[i] = layers * t->forward;
        pipe->backward[i] = layers * (t->backward + (s->is_full ? t->forward : 0));
        set_hop(in, g, i, crossings, pipe);
    }
    const double logits = times_of(in, &g->stage[g->stages - 1], g->microbatch)->logits /
                          g->virtual;
    pipe->forward[g->stages - 1] += logits;
    pipe->backward[g->stages - 1] += 2 * logits;
}

/* ---- gradients ---- */

struct sync {
    double pod[PODS], link[REGIONS][REGIONS];
};

/* Where one interval stands while it is summed. */
struct summing {
    int layer; /* the first */
    double bytes, ready, done, uplink[REGIONS];
};

static bool sum_region(const struct instance *in, const struct held *held, int region,
                       struct sync *sync, struct summing *x)
{
    double done = 0, out = INFINITY;
    int pods = 0;
    for (int p = 0; p < in->pods; p++) {
        const int n = held->replicas[p][x->layer], tp = held->tp[p][x->layer];
        const struct chip *c = &in->chip[in->pod_chip[p]];
        if (in->pod_region[p] != region || n == 0)
            continue;
        int bits = 0;
        while (1 << bits < n)
            bits++;
        sync->pod[p] =
            fmax(x->ready, sync->pod[p]) +
            ring(n, x->bytes / tp, n * tp <= c->host ? c->ib : c->nic, 2 * c->na * bits);
        done = fmax(done, sync->pod[p]);
        out = fmin(out, c->nic * tp * (n < 8 ? n : 8));
        pods++;
    }
    done += ring(pods, x->bytes, fmin(out, in->bandwidth[region][region]), 0);
    x->done = fmax(x->done, done);
    x->uplink[region] = out;
    return pods > 0;
}

static double sum_ring(const struct instance *in, int *order, int n, struct sync *sync,
                       const struct summing *x)
{
    for (int k = 1; k < n; k++) {
        const double *from = in->bandwidth[order[k - 1]];
        int best = k;
        for (int j = k + 1; j < n; j++)
            if (from[order[j]] > from[order[best]] ||
                (from[order[j]] == from[order[best]] && order[j] < order[best]))
                best = j;
        const int taken = order[best];
        order[best] = order[k];
        order[k] = taken;
    }
    double start = x->done, took = 0, latency = 0;
    for (int k = 0; k < n; k++) {
        const int a = order[k], b = order[(k + 1) % n];
        start = fmax(start, sync->link[a][b]);
        latency = fmax(latency, in->latency[a][b]);
        took = fmax(took,
                    ring(n, x->bytes,
                         fmin(in->bandwidth[a][b], fmin(x->uplink[a], x->uplink[b])), 0));
    }
    for (int k = 0; k < n; k++)
        sync->link[order[k]][order[(k + 1) % n]] = start + took;
    return start + took + 2 * (n - 1) * latency;
}

static bool is_alike(const struct instance *in, const struct held *held,
                     const double *ready, int a, int b)
{
    for (int p = 0; p < in->pods; p++)
        if (held->replicas[p][a] != held->replicas[p][b] ||
            (held->replicas[p][a] && held->tp[p][a] != held->tp[p][b]))
            return false;
    return ready[a] == ready[b];
}

static double sum_gradients(const struct instance *in, const struct held *held,
                            const double *ready)
{
    struct sync sync = {0};
    int first[LAYERS], end[LAYERS], count = 0;
    double last = 0;
    for (int a = 0, b; a < in->layers; a = b) { /* sorted by readiness */
        for (b = a + 1; b < in->layers && is_alike(in, held, ready, a, b);)
            b++;
        int at = count++;
        for (; at > 0 && ready[first[at - 1]] > ready[a]; at--) {
            first[at] = first[at - 1];
            end[at] = end[at - 1];
        }
        first[at] = a;
        end[at] = b;
    }
    for (int k = 0; k < count; k++) {
        int order[REGIONS], regions = 0;
        const double own = (end[k] - first[k]) * layer_parameters(in) +
                           (first[k] == 0 ? in->vocab * in->hidden : 0);
        struct summing x = {first[k], own * in->grad_bytes, ready[first[k]], 0, {0}};
        for (int r = 0; r < in->regions; r++)
            if (sum_region(in, held, r, &sync, &x))
                order[regions++] = r;
        last = fmax(last, regions > 1 ? sum_ring(in, order, regions, &sync, &x) : x.done);
    }
    return last;
}

/* ---- all of it ---- */

double evaluate(const struct instance *in, const struct plan *plan, double limit)
{
    static struct held held;
    static struct pipe pipes[GROUPS];
    int crossings[REGIONS][REGIONS] = {{0}};
    double optimizer = 0, ready[LAYERS] = {0}, end = 0;
    effort += 500; /* about what the rest takes, in operations */
    if (!is_legal(in, plan))
        return INFINITY;
    hold(in, plan, &held);
    if (!all_fit(in, plan, &held, &optimizer))
        return INFINITY;
    count_crossings(in, plan, crossings);
    for (int k = 0; k < plan->groups; k++) {
        set_pipe(in, &plan->group[k], crossings, &pipes[k]);
        if (pipe_least(&pipes[k]) + optimizer >= limit)
            return INFINITY;
    }
    for (int k = 0; k < plan->groups; k++) {
        const struct group *g = &plan->group[k];
        const double done = pipe_run(&pipes[k]);
        end = fmax(end, done);
        if (end + optimizer >= limit)
            return INFINITY;
        for (int i = 0, layer = 0; i < g->stages; i++)
            for (int last = layer + g->stage[i].layers; layer < last; layer++)
                ready[layer] = fmax(ready[layer], pipes[k].finish[i]);
    }
    return fmax(end, sum_gradients(in, &held, ready)) + optimizer;
}
