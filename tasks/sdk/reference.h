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
 * A contest scores thousands of files by the same reference, and to load one of a million
 * configurations takes a hundred times as long as scoring a file. So there is a prepared
 * form: task_reference_save writes all that loading computes as one image, which
 * task_reference_map maps and reads in place.
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
    void *image;    /* the mapping that all else points into: private; else NULL */
    size_t image_bytes;
};

bool task_reference_load(const char *case_dir, struct task_reference *ref,
                         struct task_error *err);
void task_reference_release(struct task_reference *ref);
#define task_auto_reference __attribute__((cleanup(task_reference_release)))

/* Writes an indexed reference, byte for byte the same for the same reference. An image is
 * for the program that wrote it and machines of its kind. */
bool task_reference_save(const struct task_reference *ref, const char *path,
                         struct task_error *err);

/* Maps what task_reference_save wrote: the same values at every address that a reader of a
 * loaded reference may ask for. Refuses with TASK_PACKAGE what is cut short, foreign or
 * damaged where damage could lead astray; whether runtimes, normalizers and ratios are
 * those that were saved is for the keeper of the file to know: to look would take as long
 * as to load. The file must not change while it is mapped. */
bool task_reference_map(const char *path, struct task_reference *ref,
                        struct task_error *err);

/* The whole `prepare` verb: loads CASE/ref and saves it. */
bool task_reference_prepare(const char *case_dir, const char *path, struct task_error *err);

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
