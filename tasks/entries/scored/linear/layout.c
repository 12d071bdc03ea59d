/* Sums over a program, in bytes or operations: what is padded, copied and badly placed.
 *
 * A tensor's minor dimension is padded to 128 and the next one to 8. Where a producer's
 * layout is not the one that its consumer asked for, the tensor is copied. A node without
 * a layout of its own follows its largest operand of the same rank; a reduction keeps the
 * order of the dimensions that are left. */
#include "linear.h"

#include <math.h>

enum { REDUCE = 70, RESHAPE = 75, PLACES = 3 };
enum feature {
    COPIES,
    COPIED,
    COPIED_MINOR,
    RESHAPED,
    REDUCED_MINOR,
    FOLLOWED,
    NOT_FUSED,
    PADDED,                    /* output, input, kernel */
    WORK_LAST = PADDED + 3,    /* of each: last dimension at place 1, 2, 3 from the minor */
    WORK_NEXT = WORK_LAST + 9, /* of each: the dimension before it */
};

_Static_assert(WORK_NEXT + 9 <= FEATURES, "a feature for each sum");

struct tensor {
    int rank;
    float dims[RANK_MAX];
    double volume;
    int layout[RANK_MAX]; /* dimensions from minor to major */
};

struct program {
    const struct podium_graph *g;
    struct tensor *tensor;
    size_t *slot;          /* by node; g->slots where the node is not configurable */
    size_t *first_operand; /* by node, one more at the end, into `operand` */
    size_t *operand;
    const float *said; /* the configuration */
    double *x;         /* its features */
};

static void reset_layout(struct tensor *t)
{
    for (int k = 0; k < t->rank; k++)
        t->layout[k] = t->rank - 1 - k;
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
        elements *= ceil((double)t->dims[layout[k]] / unit) * unit;
    }
    return elements;
}

static bool differs(const struct tensor *t, const int *a, const int *b)
{
    return t->rank > 0 && memcmp(a, b, (size_t)t->rank * sizeof *a) != 0;
}

static bool copy(struct program *p, const struct tensor *t, const int *want)
{
    if (!differs(t, t->layout, want))
        return false;
    double bytes = padded(t, t->layout) + padded(t, want);
    p->x[COPIES] += 1;
    p->x[COPIED] += bytes;
    if (t->layout[0] != want[0])
        p->x[COPIED_MINOR] += bytes;
    return true;
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

/* Which: 0 output, 1 input, 2 kernel. */
static void place_work(struct program *p, const struct tensor *t, const int *layout,
                       int which, double work)
{
    for (int k = 1; k <= PLACES && k < t->rank; k++) {
        if (layout[k] == t->rank - 1)
            p->x[WORK_LAST + which * PLACES + k - 1] += work;
        if (layout[k] == t->rank - 2)
            p->x[WORK_NEXT + which * PLACES + k - 1] += work;
    }
}

static void visit_configured(struct program *p, size_t node)
{
    struct tensor *t = &p->tensor[node];
    const size_t first = p->first_operand[node], end = p->first_operand[node + 1];
    const float *said = p->said + p->slot[node] * SLOT_WIDTH;
    const bool is_reshape = p->g->node_opcode.i[node] == RESHAPE;
    int usual[RANK_MAX], want[RANK_MAX];
    bool is_usual = true;
    double work = 0;
    for (size_t k = 0; k < 2 && first + k < end; k++) {
        struct tensor *from = &p->tensor[p->operand[first + k]];
        requested(said + RANK_MAX * (k + 1), from, want);
        (void)copy(p, from, want);
        p->x[PADDED + 1 + k] += padded(from, want);
        if (k == 0 && !is_reshape && from->rank > 0)
            work = t->volume * sqrt((double)from->dims[from->rank - 1]);
        place_work(p, from, want, (int)k + 1, work);
        for (int d = 0; d < from->rank; d++)
            is_usual = is_usual && want[d] == from->rank - 1 - d;
    }
    memcpy(usual, t->layout, sizeof usual);
    requested(said, t, t->layout);
    p->x[PADDED] += padded(t, t->layout);
    place_work(p, t, t->layout, 0, work);
    if (is_reshape && (!is_usual || differs(t, usual, t->layout)))
        p->x[RESHAPED] += padded(t, t->layout);
}

/* Dimensions that survive a reduction are matched by size, from the last one back. */
static void visit_reduce(struct program *p, size_t node)
{
    struct tensor *t = &p->tensor[node];
    const struct tensor *from = &p->tensor[p->operand[p->first_operand[node]]];
    int becomes[RANK_MAX], left = t->rank, at = 0;
    for (int d = from->rank - 1; d >= 0; d--)
        becomes[d] = left > 0 && from->dims[d] == t->dims[left - 1] ? --left : -1;
    for (int k = 0; k < from->rank && left == 0; k++)
        if (becomes[from->layout[k]] >= 0)
            t->layout[at++] = becomes[from->layout[k]];
    p->x[FOLLOWED] += padded(from, from->layout);
    if (from->rank > 0 && becomes[from->layout[0]] < 0)
        p->x[REDUCED_MINOR] += padded(from, from->layout);
}

static void visit_follower(struct program *p, size_t node)
{
    struct tensor *t = &p->tensor[node], *lead = NULL;
    const size_t first = p->first_operand[node], end = p->first_operand[node + 1];
    bool is_copied = false;
    for (size_t k = first; k < end; k++) {
        struct tensor *from = &p->tensor[p->operand[k]];
        if (from->rank == t->rank && (!lead || from->volume > lead->volume))
            lead = from;
    }
    if (!lead)
        return;
    memcpy(t->layout, lead->layout, sizeof t->layout);
    for (size_t k = first; k < end; k++) {
        const struct tensor *from = &p->tensor[p->operand[k]];
        if (from->rank == t->rank)
            is_copied = copy(p, from, t->layout) || is_copied;
    }
    p->x[FOLLOWED] += padded(t, t->layout);
    if (is_copied)
        p->x[NOT_FUSED] += padded(t, t->layout);
}

static void visit_program(struct program *p)
{
    const struct podium_graph *g = p->g;
    for (size_t n = 0; n < g->nodes; n++)
        reset_layout(&p->tensor[n]);
    for (size_t n = 0; n < g->nodes; n++) {
        const bool has_operand = p->first_operand[n] < p->first_operand[n + 1];
        if (p->slot[n] < g->slots)
            visit_configured(p, n);
        else if (g->node_opcode.i[n] == REDUCE && has_operand)
            visit_reduce(p, n);
        else
            visit_follower(p, n);
    }
}

/* Edges come in any order; counting sort keeps the order of a node's operands. */
static void sort_operands(struct program *p)
{
    const int64_t *edge = p->g->edge_index.i;
    size_t at = 0, *next = p->slot; /* free until the slots are filled in */
    for (size_t k = 0; k < p->g->edges; k++)
        p->first_operand[edge[2 * k] + 1]++;
    for (size_t n = 0; n < p->g->nodes; n++) {
        next[n] = at;
        at += p->first_operand[n + 1];
        p->first_operand[n + 1] = at;
    }
    for (size_t k = 0; k < p->g->edges; k++)
        p->operand[next[edge[2 * k]]++] = (size_t)edge[2 * k + 1];
}

static bool program_init(struct program *p, const struct podium_graph *g)
{
    p->g = g;
    p->tensor = calloc(g->nodes + 1, sizeof *p->tensor);
    p->slot = calloc(g->nodes + 1, sizeof *p->slot);
    p->first_operand = calloc(g->nodes + 1, sizeof *p->first_operand);
    p->operand = calloc(g->edges + 1, sizeof *p->operand);
    if (!p->tensor || !p->slot || !p->first_operand || !p->operand)
        return false;
    sort_operands(p);
    for (size_t n = 0; n < g->nodes; n++) {
        tensor_init(&p->tensor[n], g->node_feat.f + n * NODE_WIDTH + DIMS_AT);
        p->slot[n] = g->slots;
    }
    for (size_t s = 0; s < g->slots; s++)
        p->slot[g->node_config_ids.i[s]] = s;
    return true;
}

bool layout_features(const struct podium_graph *g, double *x)
{
    struct program p;
    bool ok = program_init(&p, g);
    for (size_t c = 0; ok && c < g->configs; c++) {
        p.x = x + c * FEATURES;
        p.said = g->node_config_feat.f + c * g->slots * SLOT_WIDTH;
        visit_program(&p);
    }
    free(p.tensor);
    free(p.slot);
    free(p.first_operand);
    free(p.operand);
    return ok;
}
