/* feature.h - a kernel and its configurations as the arrays of a TpuGraphs tile file.
 *
 * node_feat (n,140) f4, node_opcode (n,) i4, edge_index (m,2) i4 (u consumes v),
 * config_feat (c,24) f4, config_runtime (c,) i8, config_runtime_normalizers (c,) i8, as the
 * README of google-research-datasets/tpu_graphs describes them, "Node Features" and "Tile
 * Config Features". What differs from TPU data: the tile of the reduced axis stands at 16
 * to 23, where TPU files have 0 because the compiler infers it; empty lists there give 0.
 */
#ifndef TILE_FEATURE_H
#define TILE_FEATURE_H

#include "plan.h"
#include "sdk/npy.h"

enum { FEATURE_ARRAYS = 6, FEATURE_NODE = 140, FEATURE_CONFIG = 24 };

/* The keys in the arrays' order, then NULL. */
extern const char *const feature_keys[FEATURE_ARRAYS + 1];

/* Makes the arrays; the normalizer is the runtime of configuration 0, the default. */
void feature_arrays(const struct tile_sample *sample,
                    struct task_array arrays[FEATURE_ARRAYS]);
void feature_release(struct task_array arrays[FEATURE_ARRAYS]);

#endif
