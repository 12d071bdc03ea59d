/* first-listed: the order of the file. It is shuffled, so this earns what random does;
 * an entry that beats random by it has found a leak. */
#include "podium_entry.h"

static void score(const struct podium_graph *g, double *cost, void *ctx)
{
    (void)ctx;
    for (size_t c = 0; c < g->configs; c++)
        cost[c] = (double)c;
}

int main(void)
{
    return podium_predict(score, NULL);
}
