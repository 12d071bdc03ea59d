/* Four tile sizes matter: the last three of the output and the one of the reduction. */
#include "linear.h"

#include <math.h>

enum { CONVOLUTION = 26, DOT = 34, REDUCE = 70, TRANSPOSE = 98, SIZES = 4 };

static const float *dims_of(const struct podium_graph *g, int64_t node)
{
    return g->node_feat.f + node * NODE_WIDTH + DIMS_AT;
}

/* The last three positive numbers of six, right-aligned, 1 where there are fewer. */
static void last_three(const float *six, double *three)
{
    three[0] = three[1] = three[2] = 1;
    for (int k = 0; k < RANK_MAX; k++) {
        if (six[k] <= 0)
            continue;
        three[0] = three[1];
        three[1] = three[2];
        three[2] = six[k];
    }
}

static int64_t operand(const struct podium_graph *g, int64_t node, int which)
{
    for (size_t k = 0; k < g->edges; k++)
        if (g->edge_index.i[2 * k] == node && which-- == 0)
            return g->edge_index.i[2 * k + 1];
    return node;
}

static int64_t main_node(const struct podium_graph *g)
{
    static const int64_t by_weight[] = {CONVOLUTION, DOT, TRANSPOSE, REDUCE};
    for (size_t k = 0; k < 4; k++)
        for (size_t n = 0; n < g->nodes; n++)
            if (g->node_opcode.i[n] == by_weight[k])
                return (int64_t)n;
    return (int64_t)g->nodes - 1;
}

/* A depthwise kernel has one input feature; a transposed dot has K last in both operands.
 */
static int family_of(const struct podium_graph *g, int64_t node)
{
    const float *left = dims_of(g, operand(g, node, 0));
    const float *right = dims_of(g, operand(g, node, 1));
    switch (g->node_opcode.i[node]) {
    case CONVOLUTION:
        return right[2] == 1 ? 1 : 0;
    case DOT:
        return right[1] == left[1] && right[0] != left[1] ? 3 : 2;
    case TRANSPOSE:
        return 4;
    case REDUCE:
        return 5;
    default:
        return 6;
    }
}

/* Hinges let a line bend where a cache or a vector register ends. */
static void fill(const double *tile, const double *extent, double *x)
{
    static const double hinges[] = {4, 16, 64, 256};
    double size[SIZES];
    for (int i = 0; i < SIZES; i++) {
        double count = log(ceil(extent[i] / tile[i]));
        size[i] = log(tile[i]);
        *x++ = size[i];
        *x++ = count;
        for (int j = 0; j <= i; j++)
            *x++ = size[i] * size[j];
        for (int h = 0; h < 4; h++)
            *x++ = fmax(size[i] - log(hinges[h]), 0);
    }
}

int tile_features(const struct podium_graph *g, double *x)
{
    int64_t node = main_node(g);
    double extent[SIZES], tile[SIZES], in[3], reduced[3];
    last_three(dims_of(g, node), extent);
    last_three(dims_of(g, operand(g, node, 0)), in);
    extent[3] = g->node_opcode.i[node] == REDUCE ? in[1] : in[2];
    for (size_t c = 0; c < g->configs; c++) {
        const float *config = g->config_feat.f + c * TILE_WIDTH;
        last_three(config + 8, tile);
        last_three(config + 16, reduced);
        tile[3] = reduced[2];
        fill(tile, extent, x + c * FEATURES);
    }
    return family_of(g, node);
}
