#include "feature.h"

#include <string.h>

const char *const feature_keys[FEATURE_ARRAYS + 1] = {
    "node_feat",   "node_opcode",    "edge_index",
    "config_feat", "config_runtime", "config_runtime_normalizers",
    NULL,
};

/* XLA's operations by their numbers in tpu_graphs' hlo_opcode.h. */
enum opcode {
    OP_ADD = 2,
    OP_BROADCAST = 13,
    OP_CONSTANT = 24,
    OP_CONVOLUTION = 26,
    OP_DOT = 34,
    OP_MAXIMUM = 57,
    OP_MULTIPLY = 59,
    OP_PARAMETER = 63,
    OP_REDUCE = 70,
    OP_TRANSPOSE = 98,
};

/* Where things stand in a row of node_feat. A list has `room` places, then its sum and, for
 * all but the dimension numbers, its product. */
enum {
    AT_F32 = 13,
    AT_SHAPE = 21,
    AT_PARAMETER = 30,
    AT_DIMENSIONS = 31,
    AT_WINDOW_SIZE = 37,
    AT_WINDOW_STRIDE = 45,
    AT_WINDOW_LOW = 53,
    AT_WINDOW_HIGH = 61,
    AT_WINDOW_DILATION = 69,
    AT_BASE_DILATION = 77,
    AT_REVERSAL_FALSE = 92,
    AT_CONVOLUTION = 93,
    AT_FEATURE_GROUPS = 107,
    AT_BATCH_GROUPS = 108,
    AT_SLICE_START = 109,
    AT_LAYOUT = 134,
    LIST_ROOM = 6,
    SLICE_ROOM = 2,
    NODES_MAX = 12,
    EDGES_MAX = 16,
};

struct shape {
    int rank;
    int dims[LIST_ROOM];
};

struct graph {
    int nodes, edges, parameters;
    int32_t opcode[NODES_MAX];
    int32_t edge[EDGES_MAX][2];
    struct shape shape[NODES_MAX];
    float feat[NODES_MAX][FEATURE_NODE];
};

static void put_list(float *at, const int *values, int count, int room)
{
    float sum = 0, product = 1;

    for (int i = 0; i < count; i++) {
        at[i] = (float)values[i];
        sum += (float)values[i];
        product *= (float)values[i];
    }
    at[room] = sum;
    at[room + 1] = product;
}

/* Adds a node, not yet joined; its lists that are empty have the product 1, as in the
 * original featuriser. */
static int add_node(struct graph *g, enum opcode opcode, struct shape shape)
{
    float *feat = g->feat[g->nodes];

    g->opcode[g->nodes] = opcode;
    g->shape[g->nodes] = shape;
    feat[AT_F32] = 1;
    put_list(feat + AT_SHAPE, shape.dims, shape.rank, LIST_ROOM);
    for (int at = AT_WINDOW_SIZE; at <= AT_BASE_DILATION; at += LIST_ROOM + 2)
        put_list(feat + at, NULL, 0, LIST_ROOM);
    for (int at = AT_SLICE_START; at < AT_LAYOUT - 1; at += SLICE_ROOM + 2)
        put_list(feat + at, NULL, 0, SLICE_ROOM);
    for (int i = 0; i < shape.rank; i++)
        feat[AT_LAYOUT + i] = (float)(shape.rank - 1 - i);
    return g->nodes++;
}

static void add_edge(struct graph *g, int consumer, int producer)
{
    g->edge[g->edges][0] = consumer;
    g->edge[g->edges][1] = producer;
    g->edges++;
}

static int add_parameter(struct graph *g, struct shape shape)
{
    int node = add_node(g, OP_PARAMETER, shape);

    g->feat[node][AT_PARAMETER] = (float)g->parameters++;
    return node;
}

static int add_unary(struct graph *g, enum opcode opcode, struct shape shape, int operand)
{
    int node = add_node(g, opcode, shape);

    add_edge(g, node, operand);
    return node;
}

static int add_binary(struct graph *g, enum opcode opcode, struct shape shape,
                      const int operands[2])
{
    int node = add_unary(g, opcode, shape, operands[0]);

    add_edge(g, node, operands[1]);
    return node;
}

/* y = x op broadcast(value), value along dimension `along` of x, or a scalar below 0. */
static int add_broadcast(struct graph *g, enum opcode opcode, int x, int value, int along)
{
    const struct shape shape = g->shape[x];
    int wide = add_unary(g, OP_BROADCAST, shape, value);

    if (along >= 0)
        g->feat[wide][AT_DIMENSIONS] = (float)along;
    return add_binary(g, opcode, shape, (const int[]){x, wide});
}

static void add_matmul(struct graph *g, const struct tile_kernel *kernel)
{
    const int m = kernel->dims[0], n = kernel->dims[1], k = kernel->dims[2];
    struct shape a = {2, {m, k}}, b = {2, {k, n}};

    if (kernel->family == TILE_MATMUL_TN)
        a = (struct shape){2, {k, m}};
    if (kernel->family == TILE_MATMUL_NT)
        b = (struct shape){2, {n, k}};
    const int left = add_parameter(g, a), right = add_parameter(g, b);
    add_binary(g, OP_DOT, (struct shape){2, {m, n}}, (const int[]){left, right});
}

static void put_convolution(float *feat, int window, int groups)
{
    /* Batch, feature, spatial of the input; input, output, spatial of the kernel; batch and
     * feature of the output. Four places for the spatial ones. */
    static const float numbers[] = {0, 3, 1, 2, 0, 0, 2, 3, 0, 1, 0, 0, 0, 3};
    const int twice[2] = {window, window}, ones[2] = {1, 1}, none[2] = {0, 0};

    put_list(feat + AT_WINDOW_SIZE, twice, 2, LIST_ROOM);
    put_list(feat + AT_WINDOW_STRIDE, ones, 2, LIST_ROOM);
    put_list(feat + AT_WINDOW_LOW, none, 2, LIST_ROOM);
    put_list(feat + AT_WINDOW_HIGH, none, 2, LIST_ROOM);
    put_list(feat + AT_WINDOW_DILATION, ones, 2, LIST_ROOM);
    put_list(feat + AT_BASE_DILATION, ones, 2, LIST_ROOM);
    feat[AT_REVERSAL_FALSE] = 2;
    memcpy(feat + AT_CONVOLUTION, numbers, sizeof numbers);
    feat[AT_FEATURE_GROUPS] = (float)groups;
    feat[AT_BATCH_GROUPS] = 1;
}

static void add_convolution(struct graph *g, const struct tile_kernel *kernel)
{
    const int *d = kernel->dims;
    const bool is_depthwise = kernel->family == TILE_DEPTHWISE;
    const int window = is_depthwise ? d[3] : d[4], out = is_depthwise ? d[2] : d[3];
    const struct shape in = {4, {1, d[0], d[1], d[2]}};
    const struct shape weight = {4, {window, window, is_depthwise ? 1 : d[2], out}};
    const struct shape result = {4,
                                 {1, tile_out_height(kernel), tile_out_width(kernel), out}};
    const int left = add_parameter(g, in), right = add_parameter(g, weight);
    const int node = add_binary(g, OP_CONVOLUTION, result, (const int[]){left, right});

    put_convolution(g->feat[node], window, is_depthwise ? d[2] : 1);
}

static void add_transpose(struct graph *g, const struct tile_kernel *kernel)
{
    const int m = kernel->dims[0], n = kernel->dims[1];
    const int in = add_parameter(g, (struct shape){2, {m, n}});
    const int node = add_unary(g, OP_TRANSPOSE, (struct shape){2, {n, m}}, in);

    g->feat[node][AT_DIMENSIONS] = 1;
}

static void add_reduce(struct graph *g, const struct tile_kernel *kernel)
{
    const int n = kernel->dims[0], m = kernel->dims[1];
    const int in = add_parameter(g, (struct shape){2, {n, m}});
    const int weight = add_parameter(g, (struct shape){1, {n}});
    const int product = add_broadcast(g, OP_MULTIPLY, in, weight, 0);
    const int zero = add_node(g, OP_CONSTANT, (struct shape){0, {0}});

    add_binary(g, OP_REDUCE, (struct shape){1, {m}}, (const int[]){product, zero});
}

static void add_epilogue(struct graph *g, int epilogue)
{
    if (epilogue & TILE_BIAS) {
        const int x = g->nodes - 1, last = g->shape[x].rank - 1;
        const int bias = add_parameter(g, (struct shape){1, {g->shape[x].dims[last]}});
        add_broadcast(g, OP_ADD, x, bias, last);
    }
    if (epilogue & TILE_RELU) {
        const int x = g->nodes - 1;
        const int zero = add_node(g, OP_CONSTANT, (struct shape){0, {0}});
        add_broadcast(g, OP_MAXIMUM, x, zero, -1);
    }
}

static void build(struct graph *g, const struct tile_kernel *kernel)
{
    static void (*const add[TILE_FAMILIES])(struct graph *, const struct tile_kernel *) = {
        [TILE_MATMUL_NN] = add_matmul,      [TILE_MATMUL_NT] = add_matmul,
        [TILE_MATMUL_TN] = add_matmul,      [TILE_CONV] = add_convolution,
        [TILE_DEPTHWISE] = add_convolution, [TILE_TRANSPOSE] = add_transpose,
        [TILE_REDUCE] = add_reduce,
    };

    memset(g, 0, sizeof *g);
    add[kernel->family](g, kernel);
    add_epilogue(g, kernel->epilogue);
}

/* Lists of a configuration: the tile of a convolution's kernel at 0, of the output at 8, of
 * the reduced axis at 16; dimensions in the order of the node's shape. */
enum { CONFIG_KERNEL = 0, CONFIG_OUTPUT = 8, CONFIG_REDUCED = 16 };

static void put_config(const struct tile_kernel *kernel, const struct tile_config *config,
                       float *feat)
{
    const int *t = config->tile, *d = kernel->dims;

    switch (kernel->family) {
    case TILE_CONV:
        put_list(feat + CONFIG_KERNEL, (const int[]){d[4], d[4], t[3], t[2]}, 4, LIST_ROOM);
        put_list(feat + CONFIG_OUTPUT, (const int[]){1, t[0], t[1], t[2]}, 4, LIST_ROOM);
        put_list(feat + CONFIG_REDUCED, &t[3], 1, LIST_ROOM);
        break;
    case TILE_DEPTHWISE:
        put_list(feat + CONFIG_KERNEL, (const int[]){d[3], d[3], 1, t[2]}, 4, LIST_ROOM);
        put_list(feat + CONFIG_OUTPUT, (const int[]){1, t[0], t[1], t[2]}, 4, LIST_ROOM);
        break;
    case TILE_TRANSPOSE:
        put_list(feat + CONFIG_OUTPUT, (const int[]){t[1], t[0]}, 2, LIST_ROOM);
        break;
    case TILE_REDUCE:
        put_list(feat + CONFIG_OUTPUT, &t[1], 1, LIST_ROOM);
        put_list(feat + CONFIG_REDUCED, &t[0], 1, LIST_ROOM);
        break;
    default:
        put_list(feat + CONFIG_OUTPUT, t, 2, LIST_ROOM);
        put_list(feat + CONFIG_REDUCED, &t[2], 1, LIST_ROOM);
    }
}

static void put_labels(const struct tile_sample *sample, struct task_array *arrays)
{
    const size_t count = (size_t)sample->configs;

    task_array_init(&arrays[3], feature_keys[3], TASK_F4, 2,
                    (const size_t[]){count, FEATURE_CONFIG});
    task_array_init(&arrays[4], feature_keys[4], TASK_I8, 1, &count);
    task_array_init(&arrays[5], feature_keys[5], TASK_I8, 1, &count);
    for (size_t c = 0; c < count; c++) {
        put_config(&sample->kernel, &sample->config[c],
                   task_array_f4(&arrays[3]) + c * FEATURE_CONFIG);
        task_array_i8(&arrays[4])[c] = sample->runtime[c];
        task_array_i8(&arrays[5])[c] = sample->runtime[0];
    }
}

void feature_arrays(const struct tile_sample *sample,
                    struct task_array arrays[FEATURE_ARRAYS])
{
    struct graph g;

    build(&g, &sample->kernel);
    const size_t nodes = (size_t)g.nodes, edges = (size_t)g.edges;
    task_array_init(&arrays[0], feature_keys[0], TASK_F4, 2,
                    (const size_t[]){nodes, FEATURE_NODE});
    task_array_init(&arrays[1], feature_keys[1], TASK_I4, 1, &nodes);
    task_array_init(&arrays[2], feature_keys[2], TASK_I4, 2, (const size_t[]){edges, 2});
    memcpy(task_array_f4(&arrays[0]), g.feat, nodes * sizeof g.feat[0]);
    memcpy(task_array_i4(&arrays[1]), g.opcode, nodes * sizeof g.opcode[0]);
    memcpy(task_array_i4(&arrays[2]), g.edge, edges * sizeof g.edge[0]);
    put_labels(sample, arrays);
}

void feature_release(struct task_array arrays[FEATURE_ARRAYS])
{
    for (int i = 0; i < FEATURE_ARRAYS; i++)
        task_array_release(&arrays[i]);
}
