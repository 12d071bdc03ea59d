#include "pack.h"

#include <string.h>

enum { FEATURES = 140, PLACES = 6, CONFIG_FEATURES = LAY_SLOTS * PLACES };

/* Columns of node_feat. */
enum {
    F_ROOT = 0,
    F_BF16 = 15,
    F_DIMS = 21, /* 6, then sum and product */
    F_PARAMETER = 30,
    F_DIMENSIONS = 31, /* kept or spread by broadcast and reduce */
    F_WINDOW = 37,     /* 6, sum, product; so for the six groups below */
    F_STRIDE = 45,
    F_PAD_LOW = 53,
    F_PAD_HIGH = 61,
    F_WINDOW_DILATION = 69,
    F_BASE_DILATION = 77,
    F_NOT_REVERSED = 92,
    F_INPUT_FEATURE = 94,
    F_INPUT_SPATIAL = 95,
    F_KERNEL_INPUT = 99,
    F_KERNEL_OUTPUT = 100,
    F_KERNEL_SPATIAL = 101,
    F_OUTPUT_FEATURE = 106,
    F_FEATURE_GROUPS = 107,
    F_BATCH_GROUPS = 108,
    F_LAYOUT = 134,
};

/* Values, their sum and their product; the product of nothing is 1, as in the original. */
static void put_group(float *at, const uint32_t *values, uint32_t count, uint32_t most)
{
    float sum = 0, product = 1;
    for (uint32_t i = 0; i < count; i++) {
        at[i] = (float)values[i];
        sum += (float)values[i];
        product *= (float)values[i];
    }
    at[most] = sum;
    at[most + 1] = product;
}

static void put_pair(float *at, uint32_t value)
{
    put_group(at, (const uint32_t[]){value, value}, 2, PLACES);
}

static void put_convolution(float *f, const struct lay_node *node)
{
    put_pair(f + F_WINDOW, node->window);
    put_pair(f + F_STRIDE, node->stride);
    put_pair(f + F_PAD_LOW, (node->window - 1) / 2);
    put_pair(f + F_PAD_HIGH, node->window / 2);
    put_pair(f + F_WINDOW_DILATION, 1);
    put_pair(f + F_BASE_DILATION, 1);
    f[F_NOT_REVERSED] = 2;
    f[F_INPUT_FEATURE] = 3; /* NHWC; batch dimensions are 0 */
    f[F_INPUT_SPATIAL] = 1;
    f[F_INPUT_SPATIAL + 1] = 2;
    f[F_KERNEL_INPUT] = 2; /* HWIO */
    f[F_KERNEL_OUTPUT] = 3;
    f[F_KERNEL_SPATIAL + 1] = 1;
    f[F_OUTPUT_FEATURE] = 3;
    f[F_FEATURE_GROUPS] = 1;
    f[F_BATCH_GROUPS] = 1;
}

/* Products of groups that none of our nodes has. */
static void put_empty_products(float *f)
{
    static const int products[] = {44, 52, 60, 68, 76, 84, 112, 116, 120, 124, 128, 132};
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++)
        f[products[i]] = 1;
}

static void put_node(float *f, const struct lay_node *node, uint32_t *parameters)
{
    const struct lay_layout layout = lay_layout_default(node->shape.rank);
    f[F_BF16] = 1;
    put_group(f + F_DIMS, node->shape.dims, node->shape.rank, PLACES);
    put_empty_products(f);
    for (uint32_t i = 0; i < layout.rank; i++)
        f[F_LAYOUT + i] = layout.order[i];
    if (node->op == LAY_PARAMETER)
        f[F_PARAMETER] = (float)(*parameters)++;
    if (node->op == LAY_CONVOLUTION)
        put_convolution(f, node);
}

static void pack_nodes(const struct lay_graph *graph, struct task_array *feat,
                       struct task_array *opcode)
{
    const size_t shape[2] = {graph->count, FEATURES};
    task_array_init(feat, "node_feat", TASK_F4, 2, shape);
    task_array_init(opcode, "node_opcode", TASK_I4, 1, shape);
    uint32_t parameters = 0;
    for (size_t i = 0; i < graph->count; i++) {
        put_node(task_array_f4(feat) + i * FEATURES, &graph->nodes[i], &parameters);
        task_array_i4(opcode)[i] = lay_opcode(graph->nodes[i].op);
    }
    task_array_f4(feat)[(graph->count - 1) * FEATURES + F_ROOT] = 1;
}

static void pack_edges(const struct lay_graph *graph, struct task_array *edges)
{
    size_t shape[2] = {0, 2};
    for (size_t i = 0; i < graph->count; i++)
        shape[0] += graph->nodes[i].operand_count;
    task_array_init(edges, "edge_index", TASK_I4, 2, shape);
    int32_t *at = task_array_i4(edges);
    for (size_t i = 0; i < graph->count; i++) {
        for (uint32_t k = 0; k < graph->nodes[i].operand_count; k++) {
            *at++ = (int32_t)i;
            *at++ = (int32_t)graph->nodes[i].operand[k];
        }
    }
}

static void pack_config_ids(const struct lay_graph *graph, struct task_array *ids)
{
    const size_t shape[1] = {graph->configurable};
    task_array_init(ids, "node_config_ids", TASK_I4, 1, shape);
    int32_t *at = task_array_i4(ids);
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->nodes[i].is_configurable)
            *at++ = (int32_t)i;
    }
}

static void pack_configs(const struct lay_packing *p, struct task_array *feat)
{
    size_t nodes = p->graph->configurable;
    const size_t shape[3] = {p->configs, nodes, CONFIG_FEATURES};
    task_array_init(feat, "node_config_feat", TASK_F4, 3, shape);
    float *at = task_array_f4(feat);
    for (size_t i = 0; i < p->configs * nodes; i++) {
        for (int slot = 0; slot < LAY_SLOTS; slot++) {
            const struct lay_layout *layout = &p->choices[i].slot[slot];
            for (int place = 0; place < PLACES; place++)
                *at++ = place < layout->rank ? layout->order[place] : -1;
        }
    }
}

void lay_pack(const struct lay_packing *packing, struct task_array arrays[LAY_ARRAYS])
{
    const size_t configs[1] = {packing->configs}, splits[2] = {1, 2};
    pack_nodes(packing->graph, &arrays[0], &arrays[1]);
    pack_edges(packing->graph, &arrays[2]);
    pack_configs(packing, &arrays[3]);
    pack_config_ids(packing->graph, &arrays[4]);
    task_array_init(&arrays[5], "node_splits", TASK_I8, 2, splits);
    task_array_i8(&arrays[5])[1] = (int64_t)packing->graph->count;
    task_array_init(&arrays[6], "config_runtime", TASK_I8, 1, configs);
    memcpy(arrays[6].data, packing->runtimes, packing->configs * sizeof(int64_t));
}
