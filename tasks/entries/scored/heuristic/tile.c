/* A nest spends its time in runs over contiguous elements: `calls` runs of `run` elements,
 * each with a fixed overhead, over a working set that is reused from run to run and is
 * served by the smallest cache that holds it. The rest is per family.
 *
 * Only five places count, and configurations that resemble each other fail together; so
 * the list is spread: each one taken makes its neighbours dearer. */
#include "heuristic.h"

#include <math.h>

enum { CONVOLUTION = 26, DOT = 34, REDUCE = 70, TRANSPOSE = 98, FIRST_PLACES = 10 };

/* Dimensions by role; out[] and tile[] hold the output's last three, in order. */
struct nest {
    int64_t opcode;
    bool transposed, depthwise;
    double out[3], tile[3], reduced, reduced_tile, window;
};

static const float *dims_of(const struct podium_graph *g, int64_t node)
{
    return g->node_feat.f + node * NODE_WIDTH + DIMS_AT;
}

/* The last three positive numbers of six, right-aligned, 1 where there are fewer. */
static void last_three(const float *six, double three[3])
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

static void nest_init(struct nest *nest, const struct podium_graph *g)
{
    int64_t node = main_node(g);
    const float *left = dims_of(g, operand(g, node, 0));
    const float *right = dims_of(g, operand(g, node, 1));
    double in[3];
    memset(nest, 0, sizeof *nest);
    nest->opcode = g->node_opcode.i[node];
    last_three(dims_of(g, node), nest->out);
    last_three(left, in);
    nest->window = right[0] > 0 ? right[0] : 1;
    nest->depthwise = nest->opcode == CONVOLUTION && right[2] == 1;
    nest->transposed = nest->opcode == DOT && right[1] == left[1] && right[0] != left[1];
    nest->reduced = nest->opcode == REDUCE ? in[1] : in[2];
}

static void nest_tile(struct nest *nest, const float *config)
{
    double inner[3];
    last_three(config + 8, nest->tile);
    last_three(config + 16, inner);
    nest->reduced_tile = fmin(inner[2], nest->reduced);
}

/* Cycles for a line out of a working set of `bytes`: first, second cache, memory. */
static double line_cycles(double bytes, double second, double memory)
{
    return second / (1 + pow(34e3 / bytes, 3)) + memory / (1 + pow(0.9e6 / bytes, 3));
}

/* `calls` vector runs; every run loads its elements from the working set. */
static double runs(double calls, double run, double working_set)
{
    return calls * (3.5 + run / 8 + ceil(run / 16) * line_cycles(working_set, 3, 20));
}

static double matmul_cycles(const struct nest *n)
{
    double rows = n->out[1], columns = n->out[2], k = n->reduced;
    double tk = n->reduced_tile, tn = n->tile[2];
    double set = 4 * (tn * tk + tn + tk);
    if (n->transposed) { /* dot products: nothing to vectorise along the reduction */
        double calls = rows * columns * ceil(k / tk);
        return calls * (4 + 3 * tk + ceil(tk / 16) * line_cycles(set, 3, 20));
    }
    double stores = rows * columns * ceil(k / tk) / 16;
    return runs(rows * k * ceil(columns / tn), tn, set) +
           stores * line_cycles(4 * n->tile[1] * tn + set, 3, 20);
}

static double convolution_cycles(const struct nest *n)
{
    double pixels = n->out[0] * n->out[1] * n->window * n->window, run = n->tile[2];
    double runs_a_pixel = ceil(n->out[2] / run);
    if (n->depthwise) {
        double inputs = 4 * n->window * (n->tile[1] + n->window) * run;
        double weights = 8 * n->window * n->window * run;
        return runs(pixels * runs_a_pixel, run, weights + inputs) +
               6 * n->out[0] * n->out[1] * runs_a_pixel;
    }
    double weights = 4 * n->window * n->window * run * n->reduced_tile;
    double visits = pixels * runs_a_pixel * ceil(n->reduced / n->reduced_tile);
    return runs(pixels * n->reduced * runs_a_pixel, run, weights) +
           visits * (4 + ceil(n->reduced_tile / 16));
}

/* The output has a row for each column of the input: a tile of tile[1] x tile[2] writes one
 * element into each of tile[1] lines and pages, and gains when it comes back to them. */
static double transpose_cycles(const struct nest *n)
{
    double columns = n->out[1], rows = n->out[2], across = n->tile[1], down = n->tile[2];
    double lines = 64 * across * 2 + 4 * across;
    double pages = across * fmin(1, rows * 4 / 4096) + 1;
    double reuse = lines < 1.25e6 ? fmin(16, down) : 1;
    double store =
        1 + (1 + line_cycles(lines, 4, 20)) / reuse + 8 / (1 + pow(48 / pages, 4));
    return rows * columns * store + rows * ceil(columns / across) * (6 + across);
}

static double reduce_cycles(const struct nest *n)
{
    double run = n->tile[2], calls = n->reduced * ceil(n->out[2] / run);
    return calls * (8 + run / 8 + ceil(run / 16) * (2 + line_cycles(4 * run, 3, 20)));
}

static double cycles(const struct nest *n)
{
    double tiles = ceil(n->reduced / fmax(n->reduced_tile, 1));
    for (int k = 0; k < 3; k++)
        tiles *= ceil(n->out[k] / n->tile[k]);
    switch (n->opcode) {
    case DOT:
        return matmul_cycles(n) + 6 * tiles;
    case CONVOLUTION:
        return convolution_cycles(n) + 8 * tiles;
    case TRANSPOSE:
        return transpose_cycles(n) + 5 * tiles;
    case REDUCE:
        return reduce_cycles(n) + 5 * tiles;
    default: /* unknown kernels, such as real TPU fusions: few, large tiles */
        return tiles;
    }
}

static double distance(const float *a, const float *b)
{
    double sum = 0;
    for (int k = 0; k < TILE_WIDTH; k++)
        if (k % 8 < RANK_MAX)
            sum += fabs(log((1 + a[k]) / (1 + b[k])));
    return sum;
}

static size_t cheapest(const double *cost, const bool *taken, size_t n)
{
    size_t best = n;
    for (size_t c = 0; c < n; c++)
        if (!taken[c] && (best == n || cost[c] < cost[best]))
            best = c;
    return best;
}

/* Turns the costs of the first places into ranks below every other cost. */
static void spread(const struct podium_graph *g, double *cost)
{
    bool *taken = calloc(g->configs + 1, sizeof *taken);
    size_t place[FIRST_PLACES], count = 0;
    while (taken && count < FIRST_PLACES && count < g->configs) {
        size_t best = cheapest(cost, taken, g->configs);
        const float *chosen = g->config_feat.f + best * TILE_WIDTH;
        taken[best] = true;
        place[count++] = best;
        for (size_t c = 0; c < g->configs; c++)
            cost[c] += 0.3 * exp(-distance(chosen, g->config_feat.f + c * TILE_WIDTH) / 2);
    }
    for (size_t k = 0; k < count; k++)
        cost[place[k]] = -1e9 + (double)k;
    free(taken);
}

void tile_score(const struct podium_graph *g, double *cost)
{
    struct nest nest;
    nest_init(&nest, g);
    for (size_t c = 0; c < g->configs; c++) {
        nest_tile(&nest, g->config_feat.f + c * TILE_WIDTH);
        cost[c] = log(fmax(cycles(&nest), 1));
    }
    spread(g, cost);
}
