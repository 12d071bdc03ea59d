/* anneal.c: small changes of a plan, kept when they help and, less and less often, when
 * they hurt a little. The step that a change may take is drawn before it is evaluated, so
 * that most bad ones are refused by a bound and never simulated. */
#include "search.h"

#include <math.h>
#include <stdint.h>

static uint64_t state = 88172645463325252;

/* Marsaglia's xorshift64. */
static int below(int n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 33) % (uint64_t)n);
}

static double uniform(void)
{
    return (below(1 << 30) + .5) / (1 << 30);
}

/* After a change of shape: new layers, without interleaving if they do not divide. */
static void reshape(const struct instance *in, struct plan *plan, struct group *g)
{
    if (!split_layers(in, g)) {
        g->virtual = 1;
        (void)split_layers(in, g); /* else the plan is refused */
    }
    split_batch(in, plan);
}

static void move_layers(const struct instance *in, struct plan *plan, struct group *g)
{
    (void)in;
    (void)plan;
    const int from = below(g->stages), to = below(g->stages);
    if (from == to || g->stage[from].layers <= g->virtual)
        return;
    g->stage[from].layers -= g->virtual;
    g->stage[to].layers += g->virtual;
}

/* Sequences to another group. */
static void move_batch(const struct instance *in, struct plan *plan, struct group *g)
{
    (void)in;
    struct group *other = &plan->group[below(plan->groups)];
    const int give = g->count * g->microbatch, take = other->count * other->microbatch;
    int k = 1 + below(2);
    while (k < 64 && k * give % take != 0)
        k++;
    if (other == g || k == 64 || g->microbatches <= k)
        return;
    g->microbatches -= k;
    other->microbatches += k * give / take;
}

static void flip_recompute(const struct instance *in, struct plan *plan, struct group *g)
{
    if (below(2)) {
        struct stage *s = &g->stage[below(g->stages)];
        s->is_full = !s->is_full;
    } else {
        const bool is_full = !g->stage[below(g->stages)].is_full;
        for (int i = 0; i < g->stages; i++)
            g->stage[i].is_full = is_full;
    }
    if (below(2))
        reshape(in, plan, g);
}

static void change_microbatch(const struct instance *in, struct plan *plan, struct group *g)
{
    if (below(2) && g->microbatch < MICROBATCH_MAX)
        g->microbatch += below(2) ? g->microbatch : 1;
    else if (g->microbatch > 1)
        g->microbatch -= below(2) ? g->microbatch / 2 : 1;
    if (g->microbatch > MICROBATCH_MAX)
        g->microbatch = MICROBATCH_MAX;
    split_batch(in, plan);
}

static void change_virtual(const struct instance *in, struct plan *plan, struct group *g)
{
    g->virtual = 1 + below(5);
    reshape(in, plan, g);
}

/* Of one stage or of all that are in its pod. */
static void change_tp(const struct instance *in, struct plan *plan, struct group *g)
{
    struct stage *s = &g->stage[below(g->stages)];
    const int pod = s->pod, host = (int)in->chip[in->pod_chip[pod]].host;
    const int tp = below(2) ? s->tp * 2 : s->tp / 2;
    if (tp < 1 || tp > host || tp >= 1 << TP_BITS)
        return;
    const bool is_all = below(2);
    s->tp = tp;
    for (int i = 0; is_all && i < g->stages; i++)
        if (g->stage[i].pod == pod)
            g->stage[i].tp = tp;
    reshape(in, plan, g);
}

static void insert_stage(const struct instance *in, struct plan *plan, struct group *g)
{
    if (g->stages == STAGES)
        return;
    const int pod = below(3) ? g->stage[below(g->stages)].pod : below(in->pods);
    const int host = (int)in->chip[in->pod_chip[pod]].host;
    int at = below(g->stages + 1);
    for (int i = 0; i < g->stages; i++)
        if (g->stage[i].pod == pod)
            at = i;
    struct stage new = g->stage[at < g->stages ? at : at - 1];
    new.pod = pod;
    new.tp = new.tp < host ? new.tp : host;
    for (int i = g->stages++; i > at; i--)
        g->stage[i] = g->stage[i - 1];
    g->stage[at] = new;
    reshape(in, plan, g);
}

static void delete_stage(const struct instance *in, struct plan *plan, struct group *g)
{
    if (g->stages == 1)
        return;
    g->stages--;
    for (int i = below(g->stages + 1); i < g->stages; i++)
        g->stage[i] = g->stage[i + 1];
    reshape(in, plan, g);
}

static void change_count(const struct instance *in, struct plan *plan, struct group *g)
{
    const int by = 1 + below(2);
    g->count = below(2) ? g->count + by : g->count > by ? g->count - by : 1;
    split_batch(in, plan);
}

static int free_chips(const struct instance *in, const struct plan *plan, int pod)
{
    int left = in->pod_size[pod];
    for (int k = 0; k < plan->groups; k++)
        for (int i = 0; i < plan->group[k].stages; i++)
            if (plan->group[k].stage[i].pod == pod)
                left -= plan->group[k].count * plan->group[k].stage[i].tp;
    return left;
}

/* On what is left in one pod or two. */
static void add_group(const struct instance *in, struct plan *plan, struct group *g)
{
    (void)g;
    const int pods[2] = {below(in->pods), below(in->pods)},
              n = 1 + (pods[0] != pods[1] && below(2));
    int left = free_chips(in, plan, pods[0]);
    if (n == 2 && free_chips(in, plan, pods[1]) < left)
        left = free_chips(in, plan, pods[1]);
    const int tp = 1 << below(5), stages = 1 + below(16), count = left / (tp * stages);
    if (count < 1 || plan->groups == GROUPS)
        return;
    const struct shape shape = {tp, stages, count, 1 << below(3), 1, below(2)};
    if (make_group(in, pods, n, shape, &plan->group[plan->groups])) {
        plan->groups++;
        split_batch(in, plan);
    }
}

static void delete_group(const struct instance *in, struct plan *plan, struct group *g)
{
    if (plan->groups == 1)
        return;
    *g = plan->group[--plan->groups];
    split_batch(in, plan);
}

/* All of one pod's stages go to the end of the pipeline, or to its beginning. */
static void move_pod(const struct instance *in, struct plan *plan, struct group *g)
{
    struct group old = *g;
    const int pod = g->stage[below(g->stages)].pod, first = below(2);
    int at = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < g->stages; i++)
            if ((old.stage[i].pod == pod) == (pass != first))
                g->stage[at++] = old.stage[i];
    reshape(in, plan, g);
}

/* A pod's stages go to another pod. */
static void replace_pod(const struct instance *in, struct plan *plan, struct group *g)
{
    const int from = g->stage[below(g->stages)].pod, to = below(in->pods);
    const int host = (int)in->chip[in->pod_chip[to]].host;
    for (int i = 0; i < g->stages; i++)
        if (g->stage[i].pod == from) {
            g->stage[i].pod = to;
            g->stage[i].tp = g->stage[i].tp < host ? g->stage[i].tp : host;
        }
    reshape(in, plan, g);
}

typedef void change(const struct instance *in, struct plan *plan, struct group *g);

static change *const changes[] = {
    move_layers,  move_batch,   flip_recompute, change_microbatch, change_virtual,
    change_tp,    insert_stage, delete_stage,   change_count,      add_group,
    delete_group, move_pod,     replace_pod,
};
enum { CHANGES = sizeof changes / sizeof changes[0] };

double anneal(const struct instance *in, struct plan *plan, double step, double until)
{
    const double began = effort;
    struct plan now = *plan;
    double now_step = step;
    while (effort < until) {
        const double heat = .04 * (1 - (effort - began) / (until - began));
        const double limit = now_step * (1 - heat * log(uniform()));
        struct plan next = now;
        for (int k = 1 + below(3); k > 0; k--)
            changes[below(CHANGES)](in, &next, &next.group[below(next.groups)]);
        const double next_step = evaluate(in, &next, limit);
        if (next_step >= limit)
            continue;
        now = next;
        now_step = next_step;
        if (now_step < step) {
            step = now_step;
            *plan = now;
        }
    }
    return step;
}
