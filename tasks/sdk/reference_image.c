#include "sdk/reference.h"

#include "sdk/buf.h"
#include "sdk/file.h"
#include "sdk/inversion.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* An image is a front and a back. The front has everything that leads somewhere: this head,
 * the graphs, their names, the hash table, and the orders of permutations. It is small, or,
 * for orders, no longer than the lists that are scored against it, and is checked as a
 * whole by a sum. The back has the numbers of each configuration, megabytes of which a
 * scorer reads a few places: any bytes there are safe to read. Offsets count from the start
 * of the file; all arrays start at multiples of 8. */
struct head {
    char magic[16];
    uint64_t sum; /* of the front from behind this field on */
    uint64_t order_of_bytes;
    uint32_t pointer_bytes, slot_bytes;
    uint64_t front_bytes, file_bytes;
    double m0, m1;
    uint64_t graph_count; /* graphs stand right behind the head */
    uint64_t table_size, table;
};

/* 0 is nowhere. */
struct image_graph {
    uint64_t id, id_length, collection;
    uint64_t configs;
    uint32_t best, worst;
    uint32_t is_shifted, rule;
    uint64_t order, ties; /* slots, or ranks, of a permutation */
    uint64_t runtime, normalizer, ratio;
};

static const char magic[16] = "podium.image/1\n";
static const uint64_t ORDER_OF_BYTES = 0x0102030405060708;

/* Each step is a bijection of what came before: bytes that differ within one word never
 * have the same sum. */
static uint64_t sum_of(const uint8_t *bytes, size_t length)
{
    uint64_t sum = length;
    for (size_t i = 0; i + sizeof sum <= length; i += sizeof sum) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    return sum;
}

static uint64_t sum_front(const uint8_t *image, size_t front_bytes)
{
    const size_t start = offsetof(struct head, sum) + sizeof(uint64_t);
    return sum_of(image + start, front_bytes - start);
}

/* Writing. */

static uint64_t put(struct task_buf *out, const void *bytes, size_t length)
{
    static const char zeros[8] = "";
    const uint64_t at = out->length;
    task_buf_append(out, bytes, length);
    task_buf_append(out, zeros, -out->length % sizeof zeros);
    return at;
}

static uint64_t put_order(struct task_buf *out, const struct task_graph *graph)
{
    if (graph->rule != TASK_LIST_PERMUTATION)
        return 0;
    const struct task_order *order = &graph->order;
    return order->slots ? put(out, order->slots, order->n * sizeof *order->slots)
                        : put(out, order->rank, order->n * sizeof *order->rank);
}

static void put_front(struct task_buf *out, const struct task_reference *ref,
                      struct head *head, struct image_graph *graphs)
{
    for (size_t i = 0; i < ref->count; i++) {
        const struct task_graph *graph = &ref->graphs[i];
        bool is_first = i == 0 || graph->collection != graph[-1].collection;
        graphs[i] = (struct image_graph){.id_length = graph->id_length,
                                         .configs = graph->configs,
                                         .best = graph->best,
                                         .worst = graph->worst,
                                         .is_shifted = graph->is_shifted,
                                         .rule = graph->rule,
                                         .ties = graph->order.ties};
        graphs[i].id = put(out, graph->id, graph->id_length + 1);
        graphs[i].collection =
            is_first ? put(out, graph->collection, strlen(graph->collection) + 1)
                     : graphs[i - 1].collection;
        graphs[i].order = put_order(out, graph);
    }
    head->table = put(out, ref->table, ref->table_size * sizeof *ref->table);
    head->front_bytes = out->length;
}

/* Ratios last and together: they alone are read by a scorer. */
static void put_back(struct task_buf *out, const struct task_reference *ref,
                     struct image_graph *graphs)
{
    for (size_t i = 0; i < ref->count; i++) {
        const struct task_graph *graph = &ref->graphs[i];
        const size_t bytes = graph->configs * sizeof *graph->runtime;
        graphs[i].runtime = put(out, graph->runtime, bytes);
        if (graph->normalizer)
            graphs[i].normalizer = put(out, graph->normalizer, bytes);
    }
    for (size_t i = 0; i < ref->count; i++)
        graphs[i].ratio = put(out, ref->graphs[i].ratio,
                              ref->graphs[i].configs * sizeof *ref->graphs[i].ratio);
}

bool task_reference_save(const struct task_reference *ref, const char *path,
                         struct task_error *err)
{
    if (!ref->table)
        return task_fail(err, TASK_PACKAGE, "the reference is not indexed");
    struct head head = {.order_of_bytes = ORDER_OF_BYTES,
                        .pointer_bytes = sizeof(void *),
                        .slot_bytes = sizeof(struct task_slot),
                        .m0 = ref->m0,
                        .m1 = ref->m1,
                        .graph_count = ref->count,
                        .table_size = ref->table_size};
    memcpy(head.magic, magic, sizeof magic);
    task_auto_buf struct task_buf out = TASK_BUF_INIT;
    task_auto_free struct image_graph *graphs = task_alloc(ref->count, sizeof *graphs);
    (void)put(&out, &head, sizeof head);
    (void)put(&out, graphs, ref->count * sizeof *graphs);
    put_front(&out, ref, &head, graphs);
    put_back(&out, ref, graphs);
    head.file_bytes = out.length;
    memcpy(out.data, &head, sizeof head);
    memcpy(out.data + sizeof head, graphs, ref->count * sizeof *graphs);
    head.sum = sum_front((const uint8_t *)out.data, head.front_bytes);
    memcpy(out.data, &head, sizeof head);
    return task_file_write(path, out.data, out.length, err);
}

/* Reading. */

/* Of count items at an offset, or NULL where that is not within [0, end). */
static void *find(const struct task_reference *ref, uint64_t at, uint64_t count,
                  size_t size)
{
    const uint64_t end = ref->image_bytes;
    bool is_inside = at != 0 && at % 8 == 0 && at <= end && count <= (end - at) / size;
    return is_inside ? (char *)ref->image + at : NULL;
}

/* With its NUL, or NULL. */
static char *find_text(const struct task_reference *ref, uint64_t at, uint64_t length)
{
    char *text = length < UINT32_MAX ? find(ref, at, length + 1, 1) : NULL;
    return text && text[length] == '\0' ? text : NULL;
}

static char *find_name(const struct task_reference *ref, uint64_t at)
{
    char *text = find(ref, at, 1, 1);
    return text && memchr(text, '\0', ref->image_bytes - at) ? text : NULL;
}

/* Counting writes where slots say. */
static bool are_slots(const struct task_slot *slots, size_t n)
{
    unsigned bad = 0;
    for (size_t i = 0; i < n; i++)
        bad |= (unsigned)(slots[i].word >= TASK_SMALL / 64) |
               (unsigned)(slots[i].end_word > TASK_SMALL / 64) |
               (unsigned)((slots[i].bit | slots[i].end_bit) >= 64);
    return bad == 0;
}

static bool fill_order(const struct task_reference *ref, const struct image_graph *from,
                       struct task_order *order)
{
    *order = (struct task_order){.n = from->configs, .ties = from->ties};
    void *items = find(ref, from->order, from->configs, sizeof(uint32_t));
    if (from->configs <= TASK_SMALL)
        order->slots = items;
    else
        order->rank = items;
    return items && (!order->slots || are_slots(order->slots, order->n));
}

static bool fill_graph(const struct task_reference *ref, const struct image_graph *from,
                       struct task_graph *graph)
{
    *graph = (struct task_graph){
        .id = find_text(ref, from->id, from->id_length),
        .id_length = from->id_length,
        .collection = find_name(ref, from->collection),
        .is_shifted = from->is_shifted != 0,
        .rule = from->rule ? TASK_LIST_PERMUTATION : TASK_LIST_TOP,
        .configs = from->configs,
        .runtime = find(ref, from->runtime, from->configs, sizeof *graph->runtime),
        .normalizer = find(ref, from->normalizer, from->configs, sizeof *graph->normalizer),
        .ratio = find(ref, from->ratio, from->configs, sizeof *graph->ratio),
        .best = from->best,
        .worst = from->worst,
    };
    return graph->id && graph->collection && graph->runtime && graph->ratio &&
           (graph->normalizer || from->normalizer == 0) && graph->best < graph->configs &&
           graph->worst < graph->configs && graph->configs <= UINT32_MAX / 2 &&
           (graph->rule == TASK_LIST_TOP || fill_order(ref, from, &graph->order));
}

/* A search ends at an empty place: there must be one. */
static bool fill_table(struct task_reference *ref, const struct head *head)
{
    size_t size = head->table_size, empty = 0;
    ref->table = find(ref, head->table, size, sizeof *ref->table);
    ref->table_size = size;
    if (!ref->table || size == 0 || (size & (size - 1)) != 0)
        return false;
    for (size_t i = 0; i < size; i++) {
        empty += ref->table[i] == 0;
        if (ref->table[i] > ref->count)
            return false;
    }
    return empty > 0;
}

static bool is_head(const struct head *head, size_t file_bytes)
{
    return memcmp(head->magic, magic, sizeof magic) == 0 &&
           head->order_of_bytes == ORDER_OF_BYTES &&
           head->pointer_bytes == sizeof(void *) &&
           head->slot_bytes == sizeof(struct task_slot) && head->file_bytes == file_bytes &&
           head->front_bytes >= sizeof *head && head->front_bytes <= file_bytes &&
           head->front_bytes % 8 == 0 && head->graph_count > 0;
}

static bool fill(struct task_reference *ref)
{
    const struct head *head = ref->image;
    if (ref->image_bytes < sizeof *head || !is_head(head, ref->image_bytes) ||
        sum_front(ref->image, head->front_bytes) != head->sum)
        return false;
    const struct image_graph *graphs =
        find(ref, sizeof *head, head->graph_count, sizeof *graphs);
    if (!graphs)
        return false;
    ref->m0 = head->m0;
    ref->m1 = head->m1;
    ref->count = head->graph_count;
    ref->graphs = task_alloc(ref->count, sizeof *ref->graphs);
    for (size_t i = 0; i < ref->count; i++) {
        if (!fill_graph(ref, &graphs[i], &ref->graphs[i]))
            return false;
    }
    ref->collection = ref->graphs[0].collection;
    return fill_table(ref, head);
}

bool task_reference_map(const char *path, struct task_reference *ref,
                        struct task_error *err)
{
    *ref = (struct task_reference){0};
    task_auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot open \"%s\"", path);
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return task_fail(err, TASK_PACKAGE, "\"%s\" is no prepared reference", path);
    void *image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (image == MAP_FAILED)
        return task_fail_errno(err, TASK_HOST, "cannot map \"%s\"", path);
    ref->image = image;
    ref->image_bytes = (size_t)status.st_size;
    if (fill(ref))
        return true;
    task_reference_release(ref);
    return task_fail(err, TASK_PACKAGE,
                     "\"%s\" is no prepared reference of this program, or damaged: prepare "
                     "it again",
                     path);
}

bool task_reference_prepare(const char *case_dir, const char *path, struct task_error *err)
{
    task_auto_reference struct task_reference ref = {0};
    return task_reference_load(case_dir, &ref, err) && task_reference_save(&ref, path, err);
}
