/* A program is bound by the bytes it moves. A tensor's minor dimension is padded to 128 and
 * the next one to 8; where a producer's layout is not the one its consumer asked for, the
 * tensor is copied, dearer when the minor dimension changes. Nodes without a layout of
 * their own follow their largest operand of the same rank, and are nearly free (fused). */
#include "heuristic.h"

#include <math.h>

static const double copy_minor = 3, copy_other = 1.3, fused = 0.1;

struct tensor {
    int rank;
    double dims[RANK_MAX], volume;
    int layout[RANK_MAX]; /* dimensions from minor to major */
};

struct program {
    const struct podium_graph *g;
    struct tensor *tensor;
    size_t *slot;          /* by node; g->slots where the node is not configurable */
    size_t *first_operand; /* by node, one more at the end, into `operand` */
    size_t *operand;
};

static void reset_layout(struct tensor *t)
{
    for (int k = 0; k < RANK_MAX; k++)
        t->layout[k] = k < t->rank ? t->rank - 1 - k : -1;
}

static void tensor_init(struct tensor *t, const float *dims)
{
    t->volume = 1;
    for (t->rank = 0; t->rank < RANK_MAX && dims[t->rank] > 0; t->rank++) {
        t->dims[t->rank] = dims[t->rank];
        t->volume *= dims[t->rank];
    }
}

static double padded(const struct tensor *t, const int *layout)
{
    double elements = 1;
    for (int k = 0; k < t->rank; k++) {
        double unit = k == 0 ? 128 : k == 1 ? 8 : 1;
        elements *= ceil(t->dims[layout[k]] / unit) * unit;
    }
    return elements;
}

static double copied(const struct tensor *t, const int *have, const int *want)
{
    if (t->rank == 0 || memcmp(have, want, (size_t)t->rank * sizeof *have) == 0)
        return 0;
    double bytes = padded(t, have) + padded(t, want);
    return bytes * (have[0] != want[0] ? copy_minor : copy_other);
}

/* The layout that the configuration asks for, or else the one that is there. */
static void requested(const float *said, const struct tensor *t, int *want)
{
    bool is_valid = t->rank > 0;
    for (int k = 0; k < t->rank; k++)
        is_valid = is_valid && said[k] >= 0 && said[k] < (float)t->rank;
    for (int k = 0; k < t->rank; k++)
        want[k] = is_valid ? (int)said[k] : t->layout[k];
}

static double visit_configured(struct program *p, size_t node, const float *said)
{
    struct tensor *t = &p->tensor[node];
    double bytes = 0;
    for (size_t k = 0; k < 2 && p->first_operand[node] + k < p->first_operand[node + 1];
         k++) {
        struct tensor *from = &p->tensor[p->operand[p->first_operand[node] + k]];
        int want[RANK_MAX];
        requested(said + RANK_MAX * (k + 1), from, want);
        bytes += copied(from, from->layout, want) + padded(from, want);
    }
    requested(said, t, t->layout);
    return bytes + padded(t, t->layout);
}

static double visit_follower(struct program *p, size_t node)
{
    struct tensor *t = &p->tensor[node], *lead = NULL;
    const size_t first = p->first_operand[node], end = p->first_operand[node + 1];
    for (size_t k = first; k < end; k++) {
        struct tensor *from = &p->tensor[p->operand[k]];
        if (from->rank == t->rank && (!lead || from->volume > lead->volume))
            lead = from;
    }
    if (!lead)
        return 0;
    memcpy(t->layout, lead->layout, sizeof t->layout);
    double bytes = fused * padded(t, t->layout);
    for (size_t k = first; k < end; k++) {
        const struct tensor *from = &p->tensor[p->operand[k]];
        if (from->rank == t->rank)
            bytes += copied(from, from->layout, t->layout);
    }
    return bytes;
}

static double program_bytes(struct program *p, size_t config)
{
    const struct podium_graph *g = p->g;
    const float *said = g->node_config_feat.f + config * g->slots * SLOT_WIDTH;
    double bytes = 0;
    for (size_t n = 0; n < g->nodes; n++)
        reset_layout(&p->tensor[n]);
    for (size_t n = 0; n < g->nodes; n++)
        bytes += p->slot[n] < g->slots
                     ? visit_configured(p, n, said + p->slot[n] * SLOT_WIDTH)
                     : visit_follower(p, n);
    return bytes;
}

/* Edges come in any order; counting sort keeps the order of a node's operands. */
static void sort_operands(struct program *p)
{
    const int64_t *edge = p->g->edge_index.i;
    size_t at = 0;
    for (size_t n = 0; n < p->g->nodes; n++) {
        p->first_operand[n] = at;
        p->first_operand[n + 1] = at += p->first_operand[n + 1];
    }
    size_t *next = p->slot; /* free until the slots are filled in */
    memcpy(next, p->first_operand, p->g->nodes * sizeof *next);
    for (size_t k = 0; k < p->g->edges; k++)
        p->operand[next[edge[2 * k]]++] = (size_t)edge[2 * k + 1];
}

static bool program_init(struct program *p, const struct podium_graph *g)
{
    p->g = g;
    p->tensor = calloc(g->nodes + 1, sizeof *p->tensor);
    p->slot = calloc(g->nodes + 1, sizeof *p->slot);
    p->first_operand = calloc(g->nodes + 2, sizeof *p->first_operand);
    p->operand = calloc(g->edges + 1, sizeof *p->operand);
    if (!p->tensor || !p->slot || !p->first_operand || !p->operand)
        return false;
    for (size_t k = 0; k < g->edges; k++)
        p->first_operand[g->edge_index.i[2 * k] + 1]++;
    sort_operands(p);
    for (size_t n = 0; n < g->nodes; n++) {
        tensor_init(&p->tensor[n], g->node_feat.f + n * NODE_WIDTH + DIMS_AT);
        p->slot[n] = g->slots;
    }
    for (size_t s = 0; s < g->slots; s++)
        p->slot[g->node_config_ids.i[s]] = s;
    return true;
}

bool layout_score(const struct podium_graph *g, double *cost)
{
    struct program p;
    bool ok = program_init(&p, g);
    for (size_t c = 0; ok && c < g->configs; c++)
        cost[c] = program_bytes(&p, c);
    free(p.tensor);
    free(p.slot);
    free(p.first_operand);
    free(p.operand);
    return ok;
}
