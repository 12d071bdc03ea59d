/* reference.h - a case's reference: the labels that only the scorer sees.
 *
 * ref/reference.json: {"schema":"podium.reference/1","collection":"tile:sim","m0":0.6,
 *   "m1":1.0,"graphs":[{"name":"<32 hex>","configs":64,"shifted":false}, ...]}
 * ref/<name>.npz: config_runtime (c,) i8 and, for tile, config_runtime_normalizers (c,) i8,
 * in the order of configurations that in/test/<name>.npz has. Or, for all graphs at once in
 * the order of reference.json, ref/labels.npz with the same keys.
 *
 * A case of one collection comes from task_reference_load; references made in memory may
 * hold several.
 *
 * Loading refuses runtimes and normalizers below 1 (public test files carry placeholder
 * zeros) with TASK_PACKAGE.
 */
#ifndef TASK_REFERENCE_H
#define TASK_REFERENCE_H

#include "sdk/error.h"
#include "sdk/rank.h"

/* What a list for a graph must be. */
enum task_list_rule {
    TASK_LIST_TOP,         /* tile: best first, any number, a repeat wastes a place */
    TASK_LIST_PERMUTATION, /* layout: every configuration once */
};

struct task_graph {
    char *id; /* "tile:sim:<name>" */
    size_t id_length;
    char *collection;         /* "tile:sim"; one pointer for all its graphs once indexed */
    bool is_shifted;          /* drawn outside of what train shows */
    enum task_list_rule rule; /* TOP where there are normalizers, else PERMUTATION */
    size_t configs;
    int64_t *runtime;
    int64_t *normalizer;     /* NULL where the data has none */
    struct task_order order; /* of runtime; for permutations only, else empty */
    double *ratio; /* runtime/normalizer, or runtime; set by task_reference_index */
    uint32_t best; /* configuration with the smallest runtime/normalizer */
    uint32_t worst;
};

struct task_labels {
    const int64_t *runtime;
    const int64_t *normalizer; /* or NULL */
    size_t configs;
    bool is_shifted;
};

struct task_reference {
    char *collection;
    double m0;                 /* what scores 0 points */
    double m1;                 /* what scores 100 */
    struct task_graph *graphs; /* sorted by id */
    size_t count;
    uint32_t *table; /* hash table of ids: private */
    size_t table_size;
    double *ratios; /* of all graphs: private */
    char *names;    /* what id and collection point into, after task_reference_index */
};

bool task_reference_load(const char *case_dir, struct task_reference *ref,
                         struct task_error *err);
void task_reference_release(struct task_reference *ref);
#define task_auto_reference __attribute__((cleanup(task_reference_release)))

/* The graph with this whole id, or NULL. */
const struct task_graph *task_reference_find(const struct task_reference *ref,
                                             const char *id, size_t length);

/* For references made in memory: add graphs (copies all; normalizer may be NULL), then
 * index them once. Graphs of several collections may stand in one reference. */
bool task_reference_add(struct task_reference *ref, const char *collection,
                        const char *name, const struct task_labels *labels,
                        struct task_error *err);
bool task_reference_index(struct task_reference *ref, struct task_error *err);

#endif
