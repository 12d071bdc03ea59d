/* random: an order that says nothing, the same in every run; what zero knowledge earns. */
#include "podium_entry.h"

/* FNV-1a of the graph's name and the configuration, mixed as splitmix64 does. */
static double draw(const char *name, size_t config)
{
    uint64_t h = 0xcbf29ce484222325;
    for (const char *p = name; *p; p++)
        h = (h ^ (unsigned char)*p) * 0x100000001b3;
    h += (config + 1) * 0x9e3779b97f4a7c15;
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
    h = (h ^ h >> 27) * 0x94d049bb133111eb;
    return (double)(h >> 11);
}

static void score(const struct podium_graph *g, double *cost, void *ctx)
{
    (void)ctx;
    for (size_t c = 0; c < g->configs; c++)
        cost[c] = draw(g->name, c);
}

int main(void)
{
    return podium_predict(score, NULL);
}
