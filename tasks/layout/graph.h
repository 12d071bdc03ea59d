/* graph.h - the graph of a whole program, as the generator draws it.
 *
 * Nodes stand in topological order: an operand's index is below its consumer's. Elements
 * have 2 bytes (bf16). Convolutions are NHWC with kernels HWIO.
 */
#ifndef LAY_GRAPH_H
#define LAY_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lay_op {
#define X(name, code) LAY_##name,
#include "op.def"
#undef X
};

enum { LAY_RANK = 4, LAY_OPERANDS = 2 };

struct lay_shape {
    uint32_t rank;
    uint32_t dims[LAY_RANK];
};

struct lay_node {
    enum lay_op op;
    struct lay_shape shape;
    uint32_t operand[LAY_OPERANDS];
    uint32_t operand_count;
    uint32_t window; /* of a convolution, both directions */
    uint32_t stride;
    bool is_configurable;
};

struct lay_graph {
    struct lay_node *nodes;
    size_t count;
    size_t configurable; /* how many nodes are */
};

/* TpuGraphs' number of an operation. */
int lay_opcode(enum lay_op op);

/* Appends a copy of node and returns its index. */
uint32_t lay_graph_add(struct lay_graph *graph, const struct lay_node *node);
void lay_graph_release(struct lay_graph *graph);

uint64_t lay_volume(const struct lay_shape *shape); /* elements */

/* The shape of operand k of a node. */
const struct lay_shape *lay_operand_shape(const struct lay_graph *graph,
                                          const struct lay_node *node, uint32_t k);

/* Layout slots of a configurable node: its output and its operands. */
uint32_t lay_slots(const struct lay_node *node);
const struct lay_shape *lay_slot_shape(const struct lay_graph *graph,
                                       const struct lay_node *node, uint32_t slot);

#endif
