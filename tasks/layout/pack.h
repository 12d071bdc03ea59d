/* pack.h - a drawn graph as the arrays of TpuGraphs' layout files.
 *
 * node_feat (n,140) f4, node_opcode (n,) i4, edge_index (m,2) i4 (consumer, producer),
 * node_config_ids (nc,) i4, node_config_feat (c,nc,18) f4 (output, operand 0, operand 1,
 * six places each, minor to major, -1 = nothing), node_splits (1,2) i8, config_runtime
 * (c,) i8. Numbering of features: the data set's README.
 */
#ifndef LAY_PACK_H
#define LAY_PACK_H

#include "config.h"
#include "sdk/npy.h"

enum { LAY_ARRAYS = 7 };

/* choices holds configs rows of graph->configurable choices; runtimes configs values. The
 * caller releases the arrays. */
struct lay_packing {
    const struct lay_graph *graph;
    const struct lay_choice *choices;
    const int64_t *runtimes;
    size_t configs;
};

void lay_pack(const struct lay_packing *packing, struct task_array arrays[LAY_ARRAYS]);

#endif
