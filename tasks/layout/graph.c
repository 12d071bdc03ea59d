#include "graph.h"

#include "sdk/buf.h"

#include <stdlib.h>

int lay_opcode(enum lay_op op)
{
    static const int codes[] = {
#define X(name, code) code,
#include "op.def"
#undef X
    };
    return codes[op];
}

uint32_t lay_graph_add(struct lay_graph *graph, const struct lay_node *node)
{
    graph->nodes = task_grow(graph->nodes, graph->count + 1, sizeof *graph->nodes);
    graph->nodes[graph->count] = *node;
    graph->configurable += node->is_configurable;
    return (uint32_t)graph->count++;
}

void lay_graph_release(struct lay_graph *graph)
{
    free(graph->nodes);
    *graph = (struct lay_graph){0};
}

uint64_t lay_volume(const struct lay_shape *shape)
{
    uint64_t volume = 1;
    for (uint32_t i = 0; i < shape->rank; i++)
        volume *= shape->dims[i];
    return volume;
}

const struct lay_shape *lay_operand_shape(const struct lay_graph *graph,
                                          const struct lay_node *node, uint32_t k)
{
    return &graph->nodes[node->operand[k]].shape;
}

uint32_t lay_slots(const struct lay_node *node)
{
    return 1 + node->operand_count;
}

const struct lay_shape *lay_slot_shape(const struct lay_graph *graph,
                                       const struct lay_node *node, uint32_t slot)
{
    return slot == 0 ? &node->shape : lay_operand_shape(graph, node, slot - 1);
}
