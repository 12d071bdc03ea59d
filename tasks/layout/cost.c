#include "cost.h"

#include "sdk/buf.h"

#include <stdlib.h>

/* A walk over the graph in topological order. Each node has the layout that its result is
 * stored in; rank 0: it is not stored (a broadcast is fused into its consumer). */
struct walk {
    const struct lay_graph *graph;
    const struct lay_machine *machine;
    struct lay_layout *stored;
    double seconds;
};

/* Fixed costs in seconds. */
static const double launch = 1.5e-6, copy_launch = 2e-6, small_launch = 1e-6;
static const double least_utilisation = .02;

enum { ELEMENT_BYTES = 2 };

static uint64_t round_up(uint64_t value, uint64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

/* Memory tiles are 8 x 128 elements: the minor dimension is padded to 128, the second to 8.
 */
static double padded_bytes(const struct lay_shape *shape, const struct lay_layout *layout)
{
    uint64_t bytes = ELEMENT_BYTES;
    for (uint32_t place = 0; place < shape->rank; place++) {
        uint64_t size = shape->dims[layout->order[place]];
        bytes *= place == 0 ? round_up(size, 128) : place == 1 ? round_up(size, 8) : size;
    }
    return (double)bytes;
}

/* A copy where the producer's layout is not the one asked for: read and write all. */
static bool add_copy(struct walk *w, const struct lay_shape *shape,
                     const struct lay_layout *from, const struct lay_layout *to)
{
    if (shape->rank < 2 || from->rank == 0 || lay_layout_equal(from, to))
        return false;
    double bytes = padded_bytes(shape, from) + padded_bytes(shape, to);
    double factor =
        from->order[0] != to->order[0] ? w->machine->copy_minor : w->machine->copy_other;
    w->seconds += bytes / w->machine->bandwidth * factor + copy_launch;
    return true;
}

/* The three layouts of a product after copies, and what it reads and writes. */
struct product {
    const struct lay_node *node;
    const struct lay_shape *a, *b;
    struct lay_layout output, input, kernel;
    double bytes;
};

static double conv_utilisation(const struct product *p, const struct lay_machine *m)
{
    double in = p->b->dims[2], out = p->node->shape.dims[3];
    double u = m->conv_input[lay_layout_place(&p->input, 3)] *
               m->conv_output[lay_layout_place(&p->output, 3)] *
               m->conv_kernel[lay_layout_place(&p->kernel, 2)];
    u *= in / (double)round_up(p->b->dims[2], 8);
    u *= out / (double)round_up(p->node->shape.dims[3], 128) * .5 + .5;
    if (p->input.order[1] == 0 || p->output.order[1] == 0)
        u *= p->node->shape.dims[0] % 8 == 0 ? m->batch_whole : m->batch_ragged;
    return u;
}

static double dot_utilisation(const struct product *p, const struct lay_machine *m)
{
    uint32_t rank = p->node->shape.rank, depth = p->a->dims[p->a->rank - 1];
    double u = m->dot_input[lay_layout_place(&p->input, p->a->rank - 1)] *
               m->dot_output[lay_layout_place(&p->output, rank - 1)] *
               m->dot_kernel[lay_layout_place(&p->kernel, p->b->rank - 1)];
    u *= (double)depth / (double)round_up(depth, 128) * .6 + .4;
    if (rank == 4 && p->output.order[3] != 0)
        u *= m->head_inner;
    return u;
}

/* Roofline: the slower of memory and matrix unit. */
static double product_seconds(const struct product *p, const struct lay_machine *m)
{
    bool is_conv = p->node->op == LAY_CONVOLUTION;
    double depth = is_conv ? (double)p->node->window * p->node->window * p->b->dims[2]
                           : p->a->dims[p->a->rank - 1];
    double operations = 2.0 * (double)lay_volume(&p->node->shape) * depth;
    double u = is_conv ? conv_utilisation(p, m) : dot_utilisation(p, m);
    double compute =
        operations / (m->peak * (u < least_utilisation ? least_utilisation : u));
    double memory = p->bytes / m->bandwidth;
    return (compute > memory ? compute : memory) + launch;
}

/* What operand k is read as: as asked, after a copy where needed, or as it is stored. */
static struct lay_layout operand_layout(struct walk *w, const struct lay_node *node,
                                        const struct lay_choice *choice, uint32_t k)
{
    const struct lay_layout *stored = &w->stored[node->operand[k]];
    const struct lay_layout *asked = &choice->slot[1 + k];
    if (asked->rank == 0)
        return *stored;
    (void)add_copy(w, lay_operand_shape(w->graph, node, k), stored, asked);
    return *asked;
}

static struct lay_layout output_layout(const struct lay_node *node,
                                       const struct lay_choice *choice)
{
    return choice->slot[0].rank ? choice->slot[0] : lay_layout_default(node->shape.rank);
}

static void add_product(struct walk *w, const struct lay_node *node,
                        const struct lay_choice *choice, struct lay_layout *stored)
{
    struct product p = {.node = node,
                        .a = lay_operand_shape(w->graph, node, 0),
                        .b = lay_operand_shape(w->graph, node, 1),
                        .output = output_layout(node, choice)};
    p.input = operand_layout(w, node, choice, 0);
    p.kernel = operand_layout(w, node, choice, 1);
    p.bytes = padded_bytes(p.a, &p.input) + padded_bytes(p.b, &p.kernel) +
              padded_bytes(&node->shape, &p.output);
    w->seconds += product_seconds(&p, w->machine);
    *stored = p.output;
}

/* Free where nothing moves: both sides in default order. */
static void add_reshape(struct walk *w, const struct lay_node *node,
                        const struct lay_choice *choice, struct lay_layout *stored)
{
    const struct lay_shape *a = lay_operand_shape(w->graph, node, 0);
    struct lay_layout input = operand_layout(w, node, choice, 0);
    struct lay_layout output = output_layout(node, choice);
    const struct lay_layout usual_input = lay_layout_default(a->rank);
    const struct lay_layout usual_output = lay_layout_default(node->shape.rank);
    if (!lay_layout_equal(&input, &usual_input) ||
        !lay_layout_equal(&output, &usual_output)) {
        double memory = (padded_bytes(a, &input) + padded_bytes(&node->shape, &output)) /
                        w->machine->bandwidth;
        w->seconds += memory * w->machine->reshape + copy_launch + memory + launch;
    }
    *stored = output;
}

/* Which dimensions a reduction keeps: pooling keeps batch and channels, pooling over a
 * sequence batch and width, a softmax sum all but the last. Bits by dimension. */
static unsigned kept_dims(uint32_t from, uint32_t to)
{
    if (from == 4 && to == 2)
        return 1u << 0 | 1u << 3;
    if (from == 3 && to == 2)
        return 1u << 0 | 1u << 2;
    return (1u << to) - 1;
}

static void add_reduce(struct walk *w, const struct lay_node *node,
                       struct lay_layout *stored)
{
    const struct lay_shape *a = lay_operand_shape(w->graph, node, 0);
    const struct lay_layout *from = &w->stored[node->operand[0]];
    unsigned kept = kept_dims(a->rank, node->shape.rank);
    for (uint32_t place = 0; place < from->rank; place++) {
        uint32_t dim = from->order[place];
        if (kept >> dim & 1)
            stored->order[stored->rank++] =
                (uint8_t)__builtin_popcount(kept & ((1u << dim) - 1));
    }
    bool is_minor = !(kept >> from->order[0] & 1);
    double memory = padded_bytes(a, from) / w->machine->bandwidth;
    w->seconds += memory * (is_minor ? w->machine->reduce_minor : 1.0) + small_launch;
}

/* The largest stored operand of the node's own rank, or -1. */
static int64_t main_operand(const struct walk *w, const struct lay_node *node)
{
    int64_t best = -1;
    for (uint32_t k = 0; k < node->operand_count; k++) {
        uint32_t i = node->operand[k];
        if (w->stored[i].rank != node->shape.rank)
            continue;
        if (best < 0 || lay_volume(&w->graph->nodes[i].shape) >
                            lay_volume(&w->graph->nodes[best].shape))
            best = i;
    }
    return best;
}

/* Fused into its producer at a small share of its traffic, unless an operand had to be
 * copied or comes from outside. */
static void add_elementwise(struct walk *w, const struct lay_node *node,
                            struct lay_layout *stored)
{
    int64_t main = main_operand(w, node);
    *stored = main < 0 ? lay_layout_default(node->shape.rank) : w->stored[main];
    bool is_copied = false;
    for (uint32_t k = 0; k < node->operand_count; k++) {
        uint32_t i = node->operand[k];
        if (w->stored[i].rank == node->shape.rank)
            is_copied |= add_copy(w, &w->graph->nodes[i].shape, &w->stored[i], stored);
    }
    bool is_outer = main >= 0 && w->graph->nodes[main].op == LAY_PARAMETER;
    bool is_slow = node->op == LAY_TANH || node->op == LAY_EXPONENTIAL;
    double memory = padded_bytes(&node->shape, stored) / w->machine->bandwidth;
    if (is_copied || is_outer)
        w->seconds += 2.0 * memory + small_launch;
    else
        w->seconds +=
            memory * w->machine->fused * (is_slow ? w->machine->transcendental : 1.0);
}

static void add_node(struct walk *w, const struct lay_node *node,
                     const struct lay_choice *choice, struct lay_layout *stored)
{
    switch (node->op) {
    case LAY_PARAMETER:
        *stored = lay_layout_default(node->shape.rank);
        break;
    case LAY_CONVOLUTION:
    case LAY_DOT:
        add_product(w, node, choice, stored);
        break;
    case LAY_RESHAPE:
        add_reshape(w, node, choice, stored);
        break;
    case LAY_REDUCE:
        add_reduce(w, node, stored);
        break;
    case LAY_BROADCAST:
        break;
    default:
        add_elementwise(w, node, stored);
    }
}

double lay_cost(const struct lay_graph *graph, const struct lay_machine *machine,
                const struct lay_choice *choices)
{
    struct walk w = {.graph = graph, .machine = machine};
    w.stored = task_alloc(graph->count, sizeof *w.stored);
    for (size_t i = 0; i < graph->count; i++) {
        const struct lay_node *node = &graph->nodes[i];
        add_node(&w, node, choices, &w.stored[i]);
        choices += node->is_configurable;
    }
    free(w.stored);
    return w.seconds;
}
