/* import_sailor of import.h: Sailor's bandwidths between zones, sailor_bandwidths.json, by
 * zone, chip and chips of a node of the sender, then of the receiver:
 *
 *     {"us-central1-a": {"A100-40": {"4": {"us-east1-b": {"V100-16": {"4": LEAF}}}}}}
 *
 * where LEAF is bytes/s, or a list whose second element that is; and what is where,
 * sailor_cluster.json:
 *
 *     {"us-central1-a": {"A100-40": {"num_nodes": 4, "gpus_per_node": 4}}}
 *
 * Sailor measures no latency. Between zones of a region it is taken as 0.5 ms, of a
 * continent 15 ms, else 60 ms, by the names of the zones. */
#include "import.h"

#include <stdio.h>
#include <string.h>

enum { KINDS = INSTANCE_PODS };

/* One zone's nodes of one kind. */
struct kind {
    const char *zone, *chip;
    int region, nodes, width;
};

struct cluster {
    struct kind kinds[KINDS];
    int count;
};

static const double SAME_REGION_S = .5e-3, SAME_CONTINENT_S = 15e-3, ELSEWHERE_S = 60e-3;

static bool add_kind(json_t *value, const struct kind *at, struct cluster *cluster,
                     struct task_error *err)
{
    static const char *const keys[] = {"num_nodes", "gpus_per_node", NULL};
    const struct doc doc = {TASK_PACKAGE, err};
    if (cluster->count == KINDS)
        return task_fail(err, TASK_PACKAGE, "more than %d kinds of nodes", KINDS);
    struct kind *kind = &cluster->kinds[cluster->count++];
    *kind = *at;
    return doc_object(&doc, value, keys) &&
           doc_integer(&doc, value, "num_nodes", (struct doc_range){1, 1 << 16},
                       &kind->nodes) &&
           doc_integer(&doc, value, "gpus_per_node", (struct doc_range){1, CHIP_HOST},
                       &kind->width);
}

/* The strings stay in root. */
static bool read_cluster(json_t *root, struct cluster *cluster, struct task_error *err)
{
    int region = 0;
    if (!json_is_object(root) || json_object_size(root) == 0)
        return task_fail(err, TASK_PACKAGE, "is no object of zones");
    for (void *z = json_object_iter(root); z; z = json_object_iter_next(root, z)) {
        json_t *chips = json_object_iter_value(z);
        struct kind at = {.zone = json_object_iter_key(z), .region = region++};
        for (void *c = json_object_iter(chips); c; c = json_object_iter_next(chips, c)) {
            at.chip = json_object_iter_key(c);
            if (!add_kind(json_object_iter_value(c), &at, cluster, err))
                return task_wrap(err, "%.40s: %.40s", at.zone, at.chip);
        }
    }
    return cluster->count > 0 || task_fail(err, TASK_PACKAGE, "has no nodes");
}

static const json_t *below(const json_t *value, const struct kind *kind)
{
    char width[16];
    (void)snprintf(width, sizeof width, "%d", kind->width); /* at most 11 */
    value = json_object_get(json_object_get(value, kind->zone), kind->chip);
    return json_object_get(value, width);
}

/* 0 where there is none. */
static double bandwidth(const json_t *root, const struct kind *from, const struct kind *to)
{
    const json_t *leaf = below(below(root, from), to);
    if (json_is_array(leaf))
        leaf = json_array_get(leaf, 1);
    return json_number_value(leaf);
}

/* Whether both names are equal up to and without the n-th dash. */
static bool begin_alike(const char *a, const char *b, int dashes)
{
    for (; *a == *b && *a; a++, b++) {
        if (*a == '-' && --dashes == 0)
            return true;
    }
    return *a == *b;
}

static double latency(const char *a, const char *b)
{
    if (begin_alike(a, b, 2))
        return SAME_REGION_S;
    return begin_alike(a, b, 1) ? SAME_CONTINENT_S : ELSEWHERE_S;
}

/* The narrowest of what was measured between two zones counts, whichever the chips. */
static bool add_link(const json_t *root, const struct kind *from, const struct kind *to,
                     struct instance *instance, struct task_error *err)
{
    const double found = bandwidth(root, from, to);
    const int a = from->region, b = to->region;
    if (!(found >= 1))
        return task_fail(
            err, TASK_PACKAGE, "no bandwidth from %.40s: %.40s: %d to %.40s: %.40s: %d",
            from->zone, from->chip, from->width, to->zone, to->chip, to->width);
    double *known = &instance->bandwidth[a][b];
    if (a == b || (*known > 0 && *known <= found))
        return true;
    *known = instance->bandwidth[b][a] = found;
    instance->latency[a][b] = instance->latency[b][a] = latency(from->zone, to->zone);
    return true;
}

/* Nodes of a kind reach each other at the bandwidth that was measured in their zone. */
static bool add_nodes(const json_t *root, const struct kind *kind,
                      struct instance *instance, struct task_error *err)
{
    const double own = bandwidth(root, kind, kind);
    const struct import_chip chip = {
        .name = kind->chip, .host = kind->width, .nic = own / kind->width};
    return import_hosts(instance, kind->region, &chip, kind->nodes, err);
}

bool import_sailor(const char *folder, struct instance *instance, struct task_error *err)
{
    struct cluster cluster = {.count = 0};
    doc_auto json_t *nodes = import_json(folder, "sailor_cluster.json", err);
    if (!nodes)
        return false;
    if (!read_cluster(nodes, &cluster, err))
        return task_wrap(err, "sailor_cluster.json");
    doc_auto json_t *root = import_json(folder, "sailor_bandwidths.json", err);
    if (!root || !import_regions(instance, (int)json_object_size(nodes), err))
        return false;
    for (int i = 0; i < cluster.count; i++) {
        for (int j = 0; j < cluster.count; j++) {
            if (!add_link(root, &cluster.kinds[i], &cluster.kinds[j], instance, err))
                return task_wrap(err, "sailor_bandwidths.json");
        }
        if (!add_nodes(root, &cluster.kinds[i], instance, err))
            return false;
    }
    return true;
}
