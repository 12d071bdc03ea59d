/* build.c: plans by enumeration. In each pod all pipelines of equal stages; the best of
 * them side by side, as far as that pays; pipelines that span several pods. */
#include "search.h"

#include <math.h>

/* Each stage a layer (or a chunk of v), then always one more to the stage that is then
 * still the fastest. */
bool split_layers(const struct instance *in, struct group *g)
{
    double each[STAGES], total[STAGES];
    const int units = (int)in->layers / g->virtual;
    if ((int)in->layers % g->virtual || units < g->stages || g->stages < 1)
        return false;
    for (int i = 0; i < g->stages; i++) {
        each[i] = g->virtual * pass_time(in, &g->stage[i], g->microbatch);
        total[i] = 2 * each[i];
        g->stage[i].layers = g->virtual;
    }
    const int last = g->stages - 1;
    total[last] += 3 * times_of(in, &g->stage[last], g->microbatch)->logits;
    for (int left = units - g->stages; left > 0; left--) {
        int best = 0;
        for (int i = 1; i < g->stages; i++)
            if (total[i] < total[best])
                best = i;
        g->stage[best].layers += g->virtual;
        total[best] += each[best];
    }
    return true;
}

/* Micro-batches come in units of as many as an interleaved pipeline has stages. */
static int unit(const struct group *g)
{
    return g->virtual > 1 ? g->stages : 1;
}

/* Sequences a second. */
static double speed(const struct instance *in, const struct group *g)
{
    double slowest = 0;
    for (int i = 0; i < g->stages; i++) {
        double work = g->stage[i].layers * pass_time(in, &g->stage[i], g->microbatch);
        if (i == g->stages - 1)
            work += 3 * times_of(in, &g->stage[i], g->microbatch)->logits;
        slowest = fmax(slowest, work);
    }
    return g->count * g->microbatch / slowest;
}

/* The batch over the groups by their speed: shares rounded down, the rest unit by unit to
 * where it ends first. */
void split_batch(const struct instance *in, struct plan *plan)
{
    double own[GROUPS], all = 0;
    int left = in->batch;
    for (int k = 0; k < plan->groups; k++)
        all += own[k] = speed(in, &plan->group[k]);
    for (int k = 0; k < plan->groups; k++) {
        struct group *g = &plan->group[k];
        const int u = g->count * g->microbatch * unit(g);
        const int units = (int)(in->batch * own[k] / all / u);
        g->microbatches = (units > 1 ? units : 1) * unit(g);
        left -= g->count * g->microbatch * g->microbatches;
    }
    while (left > 0) {
        int best = 0;
        double first = INFINITY;
        for (int k = 0; k < plan->groups; k++) {
            const struct group *g = &plan->group[k];
            const double end =
                (double)(g->microbatches + unit(g)) * g->count * g->microbatch / own[k];
            if (end < first) {
                first = end;
                best = k;
            }
        }
        struct group *g = &plan->group[best];
        g->microbatches += unit(g);
        left -= g->count * g->microbatch * unit(g);
    }
}

/* A pipeline over the pods, in each as many stages as its chips allow, at most
 * shape.stages; `count` of them. */
bool make_group(const struct instance *in, const int *pods, int n, struct shape shape,
                struct group *g)
{
    *g = (struct group){shape.count, shape.microbatch, 1, shape.virtual, 0, {{0}}};
    for (int k = 0; k < n; k++) {
        const int host = (int)in->chip[in->pod_chip[pods[k]]].host;
        const int tp = shape.tp < host ? shape.tp : host;
        int stages = in->pod_size[pods[k]] / (tp * shape.count);
        if (stages > shape.stages)
            stages = shape.stages;
        if (stages < 1 || g->stages + stages > STAGES)
            return false;
        for (int i = 0; i < stages; i++)
            g->stage[g->stages++] = (struct stage){pods[k], tp, 0, shape.is_full};
    }
    return split_layers(in, g);
}

static double try(const struct instance *in, struct plan *plan, struct plan *best,
                  double limit)
{
    split_batch(in, plan);
    const double step = evaluate(in, plan, limit);
    if (step < limit) {
        *best = *plan;
        return step;
    }
    return limit;
}

/* As many pipelines as have room for `stages` stages in every pod. */
static int largest_count(const struct instance *in, const int *pods, int n, int tp,
                         int stages)
{
    int count = 1 << 20;
    for (int k = 0; k < n; k++) {
        const int host = (int)in->chip[in->pod_chip[pods[k]]].host;
        const int places = in->pod_size[pods[k]] / (tp < host ? tp : host) / stages;
        count = places < count ? places : count;
    }
    return count > 1 ? count : 1;
}

/* The best single group over these pods, if it beats limit. */
static double enumerate(const struct instance *in, const int *pods, int n,
                        struct plan *best, double limit)
{
    static const int virtuals[] = {1, 2, 4};
    struct plan plan = {.groups = 1};
    for (int tp = 1; tp <= 16; tp *= 2)
        for (int stages = 1; stages <= 32;
             stages = stages < 4 ? stages + 1 : stages * 3 / 2)
            for (int choice = 0; choice < 5 * 2 * 3; choice++) {
                struct shape shape = {
                    tp, stages, 0, 1 << choice / 6, virtuals[choice % 3], choice / 3 % 2};
                shape.count = largest_count(in, pods, n, tp, stages);
                if (n > 1) /* all chips that there are */
                    shape.stages = STAGES;
                if (make_group(in, pods, n, shape, &plan.group[0]))
                    limit = try(in, &plan, best, limit);
            }
    return limit;
}

/* ---- several pods ---- */

/* The best group of each pod alone; returns how many have one, the fastest first. */
static int rank_pods(const struct instance *in, struct group *own, int *order)
{
    double step[PODS];
    int count = 0;
    for (int p = 0; p < in->pods; p++) {
        struct plan best;
        step[p] = enumerate(in, &p, 1, &best, INFINITY);
        if (isinf(step[p]))
            continue;
        own[p] = best.group[0];
        int at = count++;
        for (; at > 0 && step[order[at - 1]] > step[p]; at--)
            order[at] = order[at - 1];
        order[at] = p;
    }
    return count;
}

/* Data parallelism: the pods side by side, each kept if the step gets shorter. */
static double side_by_side(const struct instance *in, const struct group *own,
                           const int *order, int count, struct plan *best)
{
    struct plan chosen = {.groups = 0};
    double limit = INFINITY;
    for (int k = 0; k < count && chosen.groups < GROUPS; k++) {
        chosen.group[chosen.groups++] = own[order[k]];
        const double step = try(in, &chosen, best, limit);
        if (step < limit)
            limit = step;
        else
            chosen.groups--;
    }
    return limit;
}

static void sort_by_region(const struct instance *in, int *pods, int n)
{
    for (int i = 1; i < n; i++)
        for (int j = i; j > 0 && in->pod_region[pods[j]] < in->pod_region[pods[j - 1]];
             j--) {
            const int taken = pods[j];
            pods[j] = pods[j - 1];
            pods[j - 1] = taken;
        }
}

/* Pipelines over the first n pods of an order, over all, and over every two. */
static double spanning(const struct instance *in, const int *order, int count,
                       struct plan *best, double limit)
{
    int pods[PODS];
    for (int n = 2; n <= count; n++) {
        for (int k = 0; k < n; k++)
            pods[k] = order[k];
        sort_by_region(in, pods, n);
        limit = enumerate(in, pods, n, best, limit);
    }
    for (int k = 0; k < in->pods; k++)
        pods[k] = k;
    sort_by_region(in, pods, in->pods);
    limit = enumerate(in, pods, in->pods, best, limit);
    for (int a = 0; a < in->pods; a++)
        for (int b = a + 1; b < in->pods; b++)
            limit = enumerate(in, (int[]){a, b}, 2, best, limit);
    return limit;
}

double build(const struct instance *in, struct plan *best)
{
    static struct group own[PODS];
    int order[PODS];
    const int count = rank_pods(in, own, order);
    const double limit = side_by_side(in, own, order, count, best);
    return spanning(in, order, count, best, limit);
}
