/* draw.h - draws graphs of two families: convolutional networks (stages of convolution,
 * scale or bias and activation, residual additions, squeeze and excite, strides) and
 * transformers (query, key and value, heads, softmax, feed-forward).
 */
#ifndef LAY_DRAW_H
#define LAY_DRAW_H

#include "graph.h"
#include "sdk/rng.h"

enum lay_family { LAY_CONV, LAY_XF };

/* How many blocks a graph has: drawn evenly from low to high. */
struct lay_blocks {
    int low;
    int high;
};

/* graph starts as {0}. */
void lay_draw(struct lay_graph *graph, enum lay_family family, struct lay_blocks blocks,
              struct task_rng *rng);

#endif
