#include "draw.h"

/* Channels double at every stage that asks for it; without an end, deep graphs would grow
 * beyond any memory. */
enum { MOST_CHANNELS = 1024, CLASSES = 1000 };

static uint32_t pick(struct task_rng *rng, const uint32_t *choices, size_t count)
{
    return choices[task_rng_below(rng, count)];
}
#define PICK(rng, ...)                                                                     \
    pick(rng, (const uint32_t[]){__VA_ARGS__},                                             \
         sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

static struct lay_shape shape2(uint32_t a, uint32_t b)
{
    return (struct lay_shape){2, {a, b}};
}

static struct lay_shape shape3(uint32_t a, uint32_t b, uint32_t c)
{
    return (struct lay_shape){3, {a, b, c}};
}

static struct lay_shape shape4(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return (struct lay_shape){4, {a, b, c, d}};
}

static uint32_t leaf(struct lay_graph *graph, struct lay_shape shape)
{
    const struct lay_node node = {.op = LAY_PARAMETER, .shape = shape};
    return lay_graph_add(graph, &node);
}

static uint32_t unary(struct lay_graph *graph, enum lay_op op, struct lay_shape shape,
                      uint32_t a)
{
    const struct lay_node node = {.op = op,
                                  .shape = shape,
                                  .operand = {a},
                                  .operand_count = 1,
                                  .is_configurable = op == LAY_RESHAPE};
    return lay_graph_add(graph, &node);
}

static uint32_t binary(struct lay_graph *graph, enum lay_op op, struct lay_shape shape,
                       const uint32_t operands[2])
{
    const struct lay_node node = {.op = op,
                                  .shape = shape,
                                  .operand = {operands[0], operands[1]},
                                  .operand_count = 2,
                                  .is_configurable = op == LAY_DOT};
    return lay_graph_add(graph, &node);
}

/* A convolutional network while it grows: its last node, an image of side x side. */
struct image {
    uint32_t node;
    uint32_t batch, side, channels;
};

static struct lay_shape image_shape(const struct image *at)
{
    return shape4(at->batch, at->side, at->side, at->channels);
}

static void add_convolution(struct lay_graph *graph, struct image *at, uint32_t channels,
                            uint32_t window, uint32_t stride)
{
    uint32_t kernel = leaf(graph, shape4(window, window, at->channels, channels));
    at->side /= stride;
    at->channels = channels;
    const struct lay_node node = {.op = LAY_CONVOLUTION,
                                  .shape = image_shape(at),
                                  .operand = {at->node, kernel},
                                  .operand_count = 2,
                                  .window = window,
                                  .stride = stride,
                                  .is_configurable = true};
    at->node = lay_graph_add(graph, &node);
}

static void add_activation(struct lay_graph *graph, struct image *at, struct task_rng *rng)
{
    struct lay_shape shape = image_shape(at);
    uint32_t scale = leaf(graph, (struct lay_shape){1, {at->channels}});
    uint32_t wide = unary(graph, LAY_BROADCAST, shape, scale);
    enum lay_op op = task_rng_chance(rng, .5) ? LAY_ADD : LAY_MULTIPLY;
    at->node = binary(graph, op, shape, (const uint32_t[]){at->node, wide});
    if (task_rng_chance(rng, .8))
        at->node = unary(graph, task_rng_chance(rng, .7) ? LAY_MAXIMUM : LAY_TANH, shape,
                         at->node);
}

static void add_squeeze(struct lay_graph *graph, struct image *at)
{
    struct lay_shape shape = image_shape(at);
    uint32_t pooled = unary(graph, LAY_REDUCE, shape2(at->batch, at->channels), at->node);
    uint32_t wide = unary(graph, LAY_BROADCAST, shape, pooled);
    at->node = binary(graph, LAY_MULTIPLY, shape, (const uint32_t[]){at->node, wide});
}

static void add_stage(struct lay_graph *graph, struct image *at, struct task_rng *rng)
{
    const struct image before = *at;
    uint32_t stride = task_rng_chance(rng, .25) && at->side > 7 ? 2 : 1;
    uint32_t twice = at->channels * 2 > MOST_CHANNELS ? MOST_CHANNELS : at->channels * 2;
    uint32_t channels = PICK(rng, at->channels, at->channels, twice, 48, 64, 100, 128, 256);
    uint32_t window = PICK(rng, 1, 1, 3, 3, 5);
    int64_t depth = task_rng_between(rng, 1, 3);
    for (int64_t i = 0; i < depth; i++) {
        add_convolution(graph, at, channels, window, i == 0 ? stride : 1);
        add_activation(graph, at, rng);
    }
    bool is_same = before.side == at->side && before.channels == at->channels;
    if (is_same && task_rng_chance(rng, .7))
        at->node = binary(graph, LAY_ADD, image_shape(at),
                          (const uint32_t[]){before.node, at->node});
    if (task_rng_chance(rng, .2))
        add_squeeze(graph, at);
}

static void draw_conv(struct lay_graph *graph, int64_t stages, struct task_rng *rng)
{
    struct image at = {.batch = PICK(rng, 1, 4, 8, 16, 32),
                       .side = PICK(rng, 14, 28, 32, 56, 64),
                       .channels = PICK(rng, 16, 24, 32, 64, 96, 128)};
    at.node = leaf(graph, image_shape(&at));
    for (int64_t i = 0; i < stages; i++)
        add_stage(graph, &at, rng);
    uint32_t pooled = unary(graph, LAY_REDUCE, shape2(at.batch, at.channels), at.node);
    uint32_t weights = leaf(graph, shape2(at.channels, CLASSES));
    (void)binary(graph, LAY_DOT, shape2(at.batch, CLASSES),
                 (const uint32_t[]){pooled, weights});
}

/* A transformer while it grows. */
struct sequence {
    uint32_t node;
    uint32_t batch, length, heads, head_width, width, inner;
};

/* node times a matrix of weights. */
static uint32_t project(struct lay_graph *graph, const struct sequence *at, uint32_t node,
                        uint32_t from, uint32_t to)
{
    uint32_t weights = leaf(graph, shape2(from, to));
    return binary(graph, LAY_DOT, shape3(at->batch, at->length, to),
                  (const uint32_t[]){node, weights});
}

static uint32_t add_softmax(struct lay_graph *graph, const struct sequence *at,
                            uint32_t scores)
{
    struct lay_shape square = shape4(at->batch, at->heads, at->length, at->length);
    uint32_t raised = unary(graph, LAY_EXPONENTIAL, square, scores);
    uint32_t sum =
        unary(graph, LAY_REDUCE, shape3(at->batch, at->heads, at->length), raised);
    uint32_t wide = unary(graph, LAY_BROADCAST, square, sum);
    return binary(graph, LAY_DIVIDE, square, (const uint32_t[]){raised, wide});
}

static uint32_t add_attention(struct lay_graph *graph, const struct sequence *at)
{
    uint32_t parts[3];
    for (int i = 0; i < 3; i++) {
        uint32_t flat = project(graph, at, at->node, at->width, at->width);
        parts[i] = unary(graph, LAY_RESHAPE,
                         shape4(at->batch, at->length, at->heads, at->head_width), flat);
    }
    uint32_t scores =
        binary(graph, LAY_DOT, shape4(at->batch, at->heads, at->length, at->length), parts);
    uint32_t weights = add_softmax(graph, at, scores);
    uint32_t mixed =
        binary(graph, LAY_DOT, shape4(at->batch, at->heads, at->length, at->head_width),
               (const uint32_t[]){weights, parts[2]});
    uint32_t flat =
        unary(graph, LAY_RESHAPE, shape3(at->batch, at->length, at->width), mixed);
    return project(graph, at, flat, at->width, at->width);
}

static void add_layer(struct lay_graph *graph, struct sequence *at)
{
    struct lay_shape flat = shape3(at->batch, at->length, at->width);
    struct lay_shape wide = shape3(at->batch, at->length, at->inner);
    uint32_t attended = add_attention(graph, at);
    at->node = binary(graph, LAY_ADD, flat, (const uint32_t[]){at->node, attended});
    uint32_t hidden = project(graph, at, at->node, at->width, at->inner);
    hidden = unary(graph, LAY_TANH, wide, hidden);
    hidden = project(graph, at, hidden, at->inner, at->width);
    at->node = binary(graph, LAY_ADD, flat, (const uint32_t[]){at->node, hidden});
}

static void draw_xf(struct lay_graph *graph, int64_t layers, struct task_rng *rng)
{
    struct sequence at = {.batch = PICK(rng, 1, 2, 4, 8, 16),
                          .length = PICK(rng, 64, 100, 128, 196, 256, 384),
                          .heads = PICK(rng, 2, 4, 8, 12),
                          .head_width = PICK(rng, 16, 32, 64)};
    at.width = at.heads * at.head_width;
    at.inner = at.width * PICK(rng, 2, 4);
    at.node = leaf(graph, shape3(at.batch, at.length, at.width));
    for (int64_t i = 0; i < layers; i++)
        add_layer(graph, &at);
    (void)unary(graph, LAY_REDUCE, shape2(at.batch, at.width), at.node);
}

void lay_draw(struct lay_graph *graph, enum lay_family family, struct lay_blocks blocks,
              struct task_rng *rng)
{
    int64_t count = task_rng_between(rng, blocks.low, blocks.high);
    if (family == LAY_CONV)
        draw_conv(graph, count, rng);
    else
        draw_xf(graph, count, rng);
}
