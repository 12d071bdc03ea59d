/* podium_npz.h: read TpuGraphs npz files, in one header. Link with -lz.
 *
 *     struct podium_graph g;
 *     struct podium_why why;
 *     if (!podium_graph_load("some.npz", &g, &why))
 *         fprintf(stderr, "%s\n", why.text);
 *     podium_graph_free(&g);
 *
 * The caller owns a loaded graph. A failure is one line that names file and array.
 *
 * Members may be stored or deflated; sizes come from the central directory, because the
 * local headers of real files carry zip64 extras. Numbers may be f4, i4, i8 or u1.
 *
 * SPDX-License-Identifier: MIT. Copy it, change it, ship it with your entry. */
#ifndef PODIUM_NPZ_H
#define PODIUM_NPZ_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define PODIUM_MAX_BYTES ((size_t)1 << 29)
#define PODIUM_MAX_NAME 512

struct podium_why {
    char text[1024];
};

/* Row-major. Exactly one of f (files' f4) and i (files' i4, i8, u1) is set. */
struct podium_array {
    int ndim;
    size_t shape[3];
    float *f;
    int64_t *i;
};

/* Edge (u, v) says that node u consumes node v. A tile graph has config_feat (c,24); a
 * layout graph has node_config_ids (nc) and node_config_feat (c,nc,18) instead. */
struct podium_graph {
    char name[PODIUM_MAX_NAME];
    size_t nodes, edges, configs, slots;
    struct podium_array node_feat, node_opcode, edge_index, config_feat;
    struct podium_array node_config_ids, node_config_feat, config_runtime, normalizers;
};

static const struct podium_key {
    const char *member;
    size_t field;
    int ndim;
    bool is_float;
} podium_keys[] = {
    {"node_feat.npy", offsetof(struct podium_graph, node_feat), 2, true},
    {"node_opcode.npy", offsetof(struct podium_graph, node_opcode), 1, false},
    {"edge_index.npy", offsetof(struct podium_graph, edge_index), 2, false},
    {"config_feat.npy", offsetof(struct podium_graph, config_feat), 2, true},
    {"node_config_ids.npy", offsetof(struct podium_graph, node_config_ids), 1, false},
    {"node_config_feat.npy", offsetof(struct podium_graph, node_config_feat), 3, true},
    {"config_runtime.npy", offsetof(struct podium_graph, config_runtime), 1, false},
    {"config_runtime_normalizers.npy", offsetof(struct podium_graph, normalizers), 1,
     false},
};
enum { PODIUM_KEYS = sizeof podium_keys / sizeof podium_keys[0] };

__attribute__((format(printf, 2, 3))) static inline bool
podium_fail(struct podium_why *why, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vsnprintf(why->text, sizeof why->text, format, args) < 0)
        why->text[0] = '\0';
    va_end(args);
    return false;
}

/* ---- zip ---- */

struct podium_bytes {
    unsigned char *at;
    size_t size;
};

struct podium_member {
    char name[64];
    struct podium_bytes packed;
    unsigned method;
    uint32_t size, crc;
};

static inline uint32_t podium_le(const unsigned char *p, int bytes)
{
    uint32_t v = 0;
    for (int k = bytes - 1; k >= 0; k--)
        v = v << 8 | p[k];
    return v;
}

static inline bool podium_slurp(const char *path, struct podium_bytes *out,
                                struct podium_why *why)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return podium_fail(why, "%s: cannot be opened", path);
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    out->size = size > 0 ? (size_t)size : 0;
    out->at = out->size && out->size <= PODIUM_MAX_BYTES ? malloc(out->size) : NULL;
    bool ok = out->at && fseek(file, 0, SEEK_SET) == 0 &&
              fread(out->at, 1, out->size, file) == out->size;
    (void)fclose(file);
    return ok ? true : podium_fail(why, "%s: cannot be read, or empty or too large", path);
}

/* The end record is the last thing in the file, after it only a comment. */
static inline const unsigned char *podium_end_record(const struct podium_bytes *zip)
{
    size_t back = 22;
    for (; back <= zip->size && back < 22 + 65536; back++)
        if (memcmp(zip->at + zip->size - back, "PK\5\6", 4) == 0)
            return zip->at + zip->size - back;
    return NULL;
}

/* Reads the directory record at *offset and moves *offset behind it. */
static inline bool podium_next_member(const struct podium_bytes *zip, size_t *offset,
                                      struct podium_member *m)
{
    if (*offset > zip->size || zip->size - *offset < 46)
        return false;
    const unsigned char *rec = zip->at + *offset;
    if (memcmp(rec, "PK\1\2", 4) != 0)
        return false;
    size_t name = podium_le(rec + 28, 2), local = podium_le(rec + 42, 4);
    size_t record = 46 + name + podium_le(rec + 30, 2) + podium_le(rec + 32, 2);
    if (zip->size - *offset < record || local > zip->size || zip->size - local < 30 ||
        memcmp(zip->at + local, "PK\3\4", 4) != 0)
        return false;
    size_t data = local + 30 + podium_le(zip->at + local + 26, 2) +
                  podium_le(zip->at + local + 28, 2);
    m->method = podium_le(rec + 10, 2);
    m->crc = podium_le(rec + 16, 4);
    m->packed.size = podium_le(rec + 20, 4);
    m->size = podium_le(rec + 24, 4);
    if (data > zip->size || m->packed.size > zip->size - data || m->size > PODIUM_MAX_BYTES)
        return false;
    m->packed.at = zip->at + data;
    name = name < sizeof m->name ? name : sizeof m->name - 1;
    memcpy(m->name, rec + 46, name);
    m->name[name] = '\0';
    *offset += record;
    return true;
}

static inline bool podium_unpack(const struct podium_member *m, unsigned char *out)
{
    if (m->method == 0 && m->packed.size == m->size) {
        memcpy(out, m->packed.at, m->size);
    } else if (m->method == 8) {
        z_stream z = {.next_in = m->packed.at,
                      .avail_in = (uInt)m->packed.size,
                      .next_out = out,
                      .avail_out = m->size};
        if (inflateInit2(&z, -15) != Z_OK)
            return false;
        int end = inflate(&z, Z_FINISH);
        (void)inflateEnd(&z);
        if (end != Z_STREAM_END || z.avail_out)
            return false;
    } else {
        return false;
    }
    return crc32(0, out, m->size) == m->crc;
}

/* ---- npy ---- */

static inline bool podium_parse_shape(const char *p, struct podium_array *a)
{
    a->ndim = 0;
    for (p += strspn(p, "( "); *p != ')' && a->ndim < 3; a->ndim++) {
        char *end;
        unsigned long long n = *p >= '0' && *p <= '9' ? strtoull(p, &end, 10) : UINT64_MAX;
        if (n > PODIUM_MAX_BYTES)
            return false;
        a->shape[a->ndim] = (size_t)n;
        p = end + strspn(end, ", ");
    }
    return *p == ')';
}

static inline size_t podium_count(const struct podium_array *a)
{
    size_t n = 1;
    for (int k = 0; k < a->ndim; k++)
        if (__builtin_mul_overflow(n, a->shape[k], &n))
            return SIZE_MAX;
    return n;
}

static inline int64_t podium_integer(const unsigned char *p, size_t bytes)
{
    if (bytes == 1)
        return *p;
    if (bytes == 4)
        return (int32_t)podium_le(p, 4);
    return (int64_t)((uint64_t)podium_le(p + 4, 4) << 32 | podium_le(p, 4));
}

static inline bool podium_convert(const unsigned char *data, size_t n, size_t item,
                                  struct podium_array *a)
{
    a->f = item ? NULL : malloc((n + 1) * sizeof *a->f);
    a->i = item ? malloc((n + 1) * sizeof *a->i) : NULL;
    if (a->f)
        memcpy(a->f, data, n * sizeof *a->f);
    for (size_t k = 0; a->i && k < n; k++)
        a->i[k] = podium_integer(data + k * item, item);
    return a->f || a->i;
}

/* A header is a Python dict in text; its three keys are found by name. `npy` is followed
 * by a zero byte. The code item = 0 stands for f4. */
static inline const char *podium_parse_npy(unsigned char *npy, size_t size,
                                           const struct podium_key *key,
                                           struct podium_array *a)
{
    if (size < 12 || memcmp(npy, "\x93NUMPY", 6) != 0)
        return "is not in npy format";
    int field = npy[6] == 1 ? 2 : 4;
    size_t start = 8 + (size_t)field, length = podium_le(npy + 8, field);
    if (length == 0 || length > size - start)
        return "has a damaged npy header";
    char *text = (char *)npy + start;
    text[length - 1] = '\0';
    const char *descr = strstr(text, "'descr': '"), *shape = strstr(text, "'shape': ");
    if (!descr || !shape || !strstr(text, "'fortran_order': False"))
        return "has a damaged npy header, or is in Fortran order";
    descr += 10 + (descr[10] == '<' || descr[10] == '|');
    if (strncmp(descr, "f4'", 3) != 0 && strncmp(descr, "i4'", 3) != 0 &&
        strncmp(descr, "i8'", 3) != 0 && strncmp(descr, "u1'", 3) != 0)
        return "is not of type f4, i4, i8 or u1";
    size_t width = (size_t)(descr[1] - '0');
    if ((descr[0] == 'f') != key->is_float)
        return key->is_float ? "should hold floats" : "should hold integers";
    if (!podium_parse_shape(shape + 9, a) || a->ndim != key->ndim)
        return "has the wrong number of dimensions";
    size_t n = podium_count(a), room = size - start - length;
    if (n > room / width || n * width != room)
        return "has another size than its shape says";
    if (!podium_convert(npy + start + length, n, key->is_float ? 0 : width, a))
        return "needs more memory than there is";
    return NULL;
}

/* ---- graphs ---- */

static inline struct podium_array *podium_field(struct podium_graph *g, int k)
{
    return (struct podium_array *)(void *)((char *)g + podium_keys[k].field);
}

static inline void podium_graph_free(struct podium_graph *g)
{
    for (int k = 0; k < PODIUM_KEYS; k++) {
        free(podium_field(g, k)->f);
        free(podium_field(g, k)->i);
    }
    memset(g, 0, sizeof *g);
}

static inline const char *podium_load_member(const struct podium_member *m,
                                             struct podium_graph *g)
{
    for (int k = 0; k < PODIUM_KEYS; k++) {
        struct podium_array *a = podium_field(g, k);
        if (strcmp(m->name, podium_keys[k].member) != 0)
            continue;
        if (a->f || a->i)
            return "is in the file twice";
        unsigned char *npy = calloc((size_t)m->size + 1, 1);
        const char *wrong = !npy ? "needs more memory than there is"
                            : podium_unpack(m, npy)
                                ? podium_parse_npy(npy, m->size, &podium_keys[k], a)
                                : "does not unpack: damaged file?";
        free(npy);
        return wrong;
    }
    return NULL; /* a key that we do not use, such as node_splits */
}

static inline const char *podium_check_edges(const struct podium_graph *g)
{
    for (size_t k = 0; k < g->edges * 2; k++)
        if (g->edge_index.i[k] < 0 || (size_t)g->edge_index.i[k] >= g->nodes)
            return "an edge names a node that does not exist";
    for (size_t k = 0; k < g->slots; k++)
        if (g->node_config_ids.i[k] < 0 || (size_t)g->node_config_ids.i[k] >= g->nodes)
            return "node_config_ids names a node that does not exist";
    return NULL;
}

static inline const char *podium_check_graph(struct podium_graph *g)
{
    const struct podium_array *tile = &g->config_feat, *layout = &g->node_config_feat;
    if (!g->node_feat.f || !g->node_opcode.i || !g->edge_index.i || !g->config_runtime.i)
        return "node_feat, node_opcode, edge_index or config_runtime is missing";
    if (!tile->f && !(layout->f && g->node_config_ids.i))
        return "config_feat or node_config_ids and node_config_feat are missing";
    g->nodes = g->node_opcode.shape[0];
    g->edges = g->edge_index.shape[0];
    g->configs = g->config_runtime.shape[0];
    g->slots = layout->f ? g->node_config_ids.shape[0] : 0;
    if (g->nodes == 0 || g->configs == 0)
        return "there are no nodes or no configurations";
    if (g->node_feat.shape[0] != g->nodes || g->node_feat.shape[1] != 140 ||
        g->edge_index.shape[1] != 2)
        return "node_feat, node_opcode and edge_index do not fit together";
    if (tile->f && (tile->shape[0] != g->configs || tile->shape[1] != 24))
        return "config_feat is not (configurations, 24)";
    if (layout->f && (layout->shape[0] != g->configs || layout->shape[1] != g->slots ||
                      layout->shape[2] != 18))
        return "node_config_feat is not (configurations, nodes, 18)";
    if (g->normalizers.i && g->normalizers.shape[0] != g->configs)
        return "config_runtime_normalizers has another length than config_runtime";
    return podium_check_edges(g);
}

static inline bool podium_graph_load(const char *path, struct podium_graph *g,
                                     struct podium_why *why)
{
    struct podium_bytes zip = {0};
    memset(g, 0, sizeof *g);
    if (!podium_slurp(path, &zip, why)) {
        free(zip.at);
        return false;
    }
    const unsigned char *end = podium_end_record(&zip);
    size_t members = end ? podium_le(end + 10, 2) : 0;
    size_t offset = end ? podium_le(end + 16, 4) : 0;
    const char *wrong = end ? NULL : "is not a zip archive", *member = "the file";
    struct podium_member m = {.name = ""};
    while (!wrong && members--) {
        if (podium_next_member(&zip, &offset, &m))
            wrong = podium_load_member(&m, g);
        else
            wrong = "is followed by a damaged zip directory";
        member = wrong ? m.name : "the file";
    }
    wrong = wrong ? wrong : podium_check_graph(g);
    free(zip.at);
    if (!wrong)
        return true;
    podium_graph_free(g);
    return podium_fail(why, "%s: %s: %s", path, member, wrong);
}

/* The runtime that the competition compares: in units of the normalizer for tile. */
static inline double podium_runtime(const struct podium_graph *g, size_t config)
{
    double unit = g->normalizers.i ? (double)g->normalizers.i[config] : 1.0;
    return (double)g->config_runtime.i[config] / unit;
}

#endif
