/* instance.h - one training job and the fleet that it may use: instance.json.
 *
 * instance_parse reads what instance_print writes, and whatever a person wrote by hand: an
 * unknown, missing or repeated key, a number out of its range and a matrix that is not
 * symmetric are refused. Regions are numbered; a chip is named. Units are seconds, bytes
 * and flop.
 */
#ifndef LLMTRAIN_INSTANCE_H
#define LLMTRAIN_INSTANCE_H

#include "sdk/buf.h"
#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    INSTANCE_REGIONS = 16,
    INSTANCE_PODS = 32,
    INSTANCE_CHIPS = 16,
    INSTANCE_NAME = 64,
    INSTANCE_BYTES = 1 << 18,
    CHIP_HOST = 1024, /* chips that one host has at most */
    MODEL_LAYERS = 512,
};

struct chip {
    char name[INSTANCE_NAME];
    int host; /* chips in one host, a power of two */
#define X(key, low, high) double key;
#include "chip_field.def"
#undef X
};

struct model {
#define X(key, low, high) int key;
#include "model_field.def"
#undef X
    bool gated; /* the feed-forward part has a gate: three matrices, not two */
};

struct pod {
    int region;
    int chip; /* index in chips */
    int hosts;
};

struct instance {
    char name[INSTANCE_NAME];
    struct model model;
    int batch;      /* sequences that a step trains on */
    int grad_bytes; /* of a gradient: 2, or 4 where they are summed in float */
    struct chip chips[INSTANCE_CHIPS];
    int chip_count;
    struct pod pods[INSTANCE_PODS];
    int pod_count;
    int region_count;
    /* Between regions, both ways alike. On the diagonal: between pods of the region. */
    double bandwidth[INSTANCE_REGIONS][INSTANCE_REGIONS]; /* bytes/s */
    double latency[INSTANCE_REGIONS][INSTANCE_REGIONS];   /* s, one way */
};

bool instance_parse(const char *bytes, size_t length, struct instance *instance,
                    enum task_fault fault, struct task_error *err);
bool instance_load(const char *path, struct instance *instance, struct task_error *err);
void instance_print(const struct instance *instance, struct task_buf *out);

/* What every instance must hold, however it was made. */
bool instance_check(const struct instance *instance, enum task_fault fault,
                    struct task_error *err);

const struct chip *instance_chip(const struct instance *instance, int pod);
int instance_pod_chips(const struct instance *instance, int pod);

#endif
