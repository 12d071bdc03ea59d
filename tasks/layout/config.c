#include "config.h"

#include "sdk/buf.h"

struct lay_layout lay_layout_default(uint32_t rank)
{
    struct lay_layout layout = {.rank = (uint8_t)rank};
    for (uint32_t i = 0; i < rank; i++)
        layout.order[i] = (uint8_t)(rank - 1 - i);
    return layout;
}

bool lay_layout_equal(const struct lay_layout *a, const struct lay_layout *b)
{
    bool is_equal = a->rank == b->rank;
    for (uint32_t i = 0; is_equal && i < a->rank; i++)
        is_equal = a->order[i] == b->order[i];
    return is_equal;
}

uint32_t lay_layout_place(const struct lay_layout *layout, uint32_t dim)
{
    uint32_t place = 0;
    while (place + 1 < layout->rank && layout->order[place] != dim)
        place++;
    return place;
}

static struct lay_layout draw_other(uint32_t rank, struct task_rng *rng)
{
    const struct lay_layout usual = lay_layout_default(rank);
    struct lay_layout drawn = usual;
    while (rank > 1 && lay_layout_equal(&drawn, &usual))
        task_rng_shuffle(rng, drawn.order, rank, sizeof drawn.order[0]);
    return drawn;
}

static size_t count_slots(const struct lay_graph *graph)
{
    size_t slots = 0;
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->nodes[i].is_configurable)
            slots += lay_slots(&graph->nodes[i]);
    }
    return slots;
}

/* Marks the slots to change, in the order in which lay_config_draw meets them. */
static bool *draw_changes(size_t slots, double share, struct task_rng *rng)
{
    size_t changes = (size_t)(share * (double)slots + .5);
    changes = changes < 2 ? 2 : changes;
    task_auto_free uint32_t *order = task_alloc(slots, sizeof *order);
    bool *is_changed = task_alloc(slots, sizeof *is_changed);
    task_rng_permutation(rng, order, slots);
    for (size_t i = 0; i < changes && i < slots; i++)
        is_changed[order[i]] = true;
    return is_changed;
}

void lay_config_draw(const struct lay_graph *graph, double share, struct task_rng *rng,
                     struct lay_choice *choices)
{
    task_auto_free bool *is_changed = draw_changes(count_slots(graph), share, rng);
    size_t at = 0;
    for (size_t i = 0; i < graph->count; i++) {
        const struct lay_node *node = &graph->nodes[i];
        if (!node->is_configurable)
            continue;
        *choices = (struct lay_choice){0};
        for (uint32_t slot = 0; slot < lay_slots(node); slot++) {
            uint32_t rank = lay_slot_shape(graph, node, slot)->rank;
            if (is_changed[at++])
                choices->slot[slot] = draw_other(rank, rng);
            else if (task_rng_chance(rng, .7))
                choices->slot[slot] = lay_layout_default(rank);
        }
        choices++;
    }
}

void lay_config_default(const struct lay_graph *graph, struct lay_choice *choices)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct lay_node *node = &graph->nodes[i];
        if (!node->is_configurable)
            continue;
        *choices = (struct lay_choice){0};
        for (uint32_t slot = 0; slot < lay_slots(node); slot++)
            choices->slot[slot] =
                lay_layout_default(lay_slot_shape(graph, node, slot)->rank);
        choices++;
    }
}
