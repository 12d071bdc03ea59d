#include "holding.h"

#include <string.h>

static void add(struct holding *holding, const struct group *group,
                const struct stage *stage, int layer)
{
    int *tp = &holding->tp[stage->pod][layer];
    holding->replicas[stage->pod][layer] += group->count;
    if (*tp == 0 || stage->tp < *tp)
        *tp = stage->tp;
}

void holding_fill(struct holding *holding, const struct plan *plan)
{
    memset(holding, 0, sizeof *holding);
    for (int g = 0; g < plan->group_count; g++) {
        const struct group *group = &plan->groups[g];
        for (int i = 0, layer = 0; i < group->stage_count; i++) {
            for (int k = 0; k < group->stages[i].layers; k++)
                add(holding, group, &group->stages[i], layer++);
        }
    }
}

struct site site_first(const struct instance *instance, const struct plan *plan,
                       const struct holding *holding, int group)
{
    const struct group *chosen = &plan->groups[group];
    return (struct site){.instance = instance,
                         .plan = plan,
                         .holding = holding,
                         .group = chosen,
                         .stage = chosen->stages};
}

bool site_next(struct site *site)
{
    if (site->index + 1 >= site->group->stage_count)
        return false;
    site->first_layer += site->stage->layers;
    site->index++;
    site->stage++;
    return true;
}
