/* heuristic: predicts without training; a graph with config_feat is a tile graph. */
#include "heuristic.h"

static void score(const struct podium_graph *g, double *cost, void *ctx)
{
    bool *failed = ctx;
    if (g->config_feat.f)
        tile_score(g, cost);
    else if (!layout_score(g, cost))
        *failed = true;
}

int main(void)
{
    bool failed = false;
    int status = podium_predict(score, &failed);
    if (failed)
        fputs("heuristic: out of memory\n", stderr);
    return failed ? 1 : status;
}
