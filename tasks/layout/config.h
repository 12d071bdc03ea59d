/* config.h - layouts, and the configurations of a graph.
 *
 * A layout lists dimensions from minor to major. Rank 0 says "left to the compiler": an
 * output in default order, an operand as it comes. A configuration has a lay_choice for
 * every configurable node, in the order of nodes.
 */
#ifndef LAY_CONFIG_H
#define LAY_CONFIG_H

#include "graph.h"
#include "sdk/rng.h"

struct lay_layout {
    uint8_t rank;
    uint8_t order[LAY_RANK];
};

enum { LAY_SLOTS = 1 + LAY_OPERANDS };

struct lay_choice {
    struct lay_layout slot[LAY_SLOTS]; /* output, operand 0, operand 1 */
};

struct lay_layout lay_layout_default(uint32_t rank); /* the last dimension is minor */
bool lay_layout_equal(const struct lay_layout *a, const struct lay_layout *b);

/* The place of a dimension, 0 = minor. The layout must have it. */
uint32_t lay_layout_place(const struct lay_layout *layout, uint32_t dim);

/* Changes exactly round(share * slots) slots, at least 2, to an order that is not the
 * default. The count never varies, or it alone would tell fast from slow. Of the others,
 * three in ten are left to the compiler. choices has graph->configurable places. */
void lay_config_draw(const struct lay_graph *graph, double share, struct task_rng *rng,
                     struct lay_choice *choices);

/* All in default order. */
void lay_config_default(const struct lay_graph *graph, struct lay_choice *choices);

#endif
