/* linear: gathers the normal equations over train/, solves them, ranks test/. */
#include "linear.h"

#include <math.h>

static const double penalty = 3;

struct learner {
    struct ridge family[FAMILIES];
    bool failed;
};

/* Only the order within a graph counts, so every column loses its mean there. The columns
 * of layout are sums that grow with the program, and lose their scale too. */
static void standardise(double *x, size_t rows, size_t columns, bool scale)
{
    for (size_t k = 0; k < columns; k++) {
        double mean = 0, square = 0;
        for (size_t c = 0; c < rows; c++)
            mean += x[c * columns + k] / (double)rows;
        for (size_t c = 0; c < rows; c++) {
            x[c * columns + k] -= mean;
            square += x[c * columns + k] * x[c * columns + k] / (double)rows;
        }
        for (size_t c = 0; scale && square > 0 && c < rows; c++)
            x[c * columns + k] /= sqrt(square);
    }
}

/* The feature matrix of a graph, or NULL without memory. */
static double *features(const struct podium_graph *g, int *family)
{
    double *x = calloc(g->configs * FEATURES + 1, sizeof *x);
    bool is_tile = g->config_feat.f != NULL, ok = x != NULL;
    *family = x && is_tile ? tile_features(g, x) : 0;
    ok = ok && (is_tile || layout_features(g, x));
    if (ok)
        standardise(x, g->configs, FEATURES, !is_tile);
    else
        free(x);
    return ok ? x : NULL;
}

/* Tile asks for the best five: the root of the log slowdown looks closest at the fast end.
 * Layout asks for the whole order: the logarithm, scaled as its features are. */
static void labels(const struct podium_graph *g, double *y)
{
    double best = INFINITY;
    for (size_t c = 0; c < g->configs; c++)
        best = fmin(best, podium_runtime(g, c));
    for (size_t c = 0; c < g->configs; c++) {
        y[c] = log(podium_runtime(g, c) / best);
        y[c] = g->config_feat.f ? sqrt(y[c]) : y[c];
    }
    standardise(y, g->configs, 1, !g->config_feat.f);
}

static void learn(const struct podium_graph *g, void *ctx)
{
    struct learner *learner = ctx;
    int family;
    double *x = features(g, &family), *y = calloc(g->configs + 1, sizeof *y);
    if (x && y) {
        labels(g, y);
        for (size_t c = 0; c < g->configs; c++)
            ridge_add(&learner->family[family], x + c * FEATURES, y[c]);
    } else {
        learner->failed = true;
    }
    free(x);
    free(y);
}

static void score(const struct podium_graph *g, double *cost, void *ctx)
{
    struct learner *learner = ctx;
    int family;
    double *x = features(g, &family);
    for (size_t c = 0; x && c < g->configs; c++)
        cost[c] = ridge_predict(&learner->family[family], x + c * FEATURES);
    learner->failed = learner->failed || !x;
    free(x);
}

int main(void)
{
    static struct learner learner;
    if (!podium_train(learn, &learner))
        return 1;
    for (int f = 0; f < FAMILIES; f++)
        ridge_solve(&learner.family[f], penalty);
    int status = podium_predict(score, &learner);
    if (learner.failed)
        fputs("linear: out of memory\n", stderr);
    return learner.failed ? 1 : status;
}
