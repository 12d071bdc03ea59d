#include "draw.h"

#include "cost.h"
#include "memory.h"
#include "planner.h"
#include "sdk/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CITIES = 8, ATTEMPTS = 1000 };

/* A class of instances. Chips of a pod and sequences of a batch are a base shifted by 0 to
 * `shifts` - 1. */
static const struct class
{
    const char *name;
    int regions_low, regions_high;
    int extra_low, extra_high; /* pods more than regions */
    int cities;                /* the first so many of the table are drawn from */
    double median;             /* bandwidth between regions; 0: one flow's */
    const char *chips[CITIES]; /* none: any of the catalogue */
    int pod_chips, batch, batch_shifts;
    int model; /* the smallest of three that are drawn from; -1: by the fleet's speed */
} classes[DRAW_CLASSES] = {
    {"region", 1, 1, 2, 3, CITIES, 5e9, {NULL}, 32, 1024, 3, -1},
    {"continent", 3, 3, 1, 3, 3, 25e9, {NULL}, 32, 1024, 3, -1},
    {"global", 5, 7, 0, 3, CITIES, 5e9, {NULL}, 32, 1024, 3, -1},
    {"thin", 6, 6, 0, 2, CITIES, 0, {"V100", "A10G", "A100-40", "TPUv5e"}, 8, 512, 2, 0},
};

static const struct chip catalogue[] = {
#define X(name_, host_, peak_, mem_, hbm_, emax_, m0_, n0_, k0_, eb_, t0_, fa_, ia_, ib_,  \
          nic_, na_, sys_)                                                                 \
    {.name = name_,                                                                        \
     .host = host_,                                                                        \
     .peak = peak_,                                                                        \
     .mem = mem_,                                                                          \
     .hbm = hbm_,                                                                          \
     .emax = emax_,                                                                        \
     .m0 = m0_,                                                                            \
     .n0 = n0_,                                                                            \
     .k0 = k0_,                                                                            \
     .eb = eb_,                                                                            \
     .t0 = t0_,                                                                            \
     .fa = fa_,                                                                            \
     .ia = ia_,                                                                            \
     .ib = ib_,                                                                            \
     .nic = nic_,                                                                          \
     .na = na_,                                                                            \
     .sys = sys_},
#include "chip.def"
#undef X
};
enum { CATALOGUE = sizeof catalogue / sizeof catalogue[0] };

static const struct model models[] = {
#define X(name, layers, hidden, heads, kv_heads, ffn, gated, vocab, seq)                   \
    {layers, hidden, heads, kv_heads, ffn, vocab, seq, gated},
#include "model.def"
#undef X
};
enum { MODELS = sizeof models / sizeof models[0], MODEL_CHOICES = 3 };

static const int distances[CITIES][CITIES] = {
#define X(name, latitude, longitude, ...) {__VA_ARGS__},
#include "city.def"
#undef X
};

/* Above it one of the three largest models is drawn, below it one of the three before the
 * largest. */
static const double LARGE_FLEET = 2e17;

const char *draw_class_name(int class)
{
    return classes[class].name;
}

const struct chip *draw_chip(const char *name)
{
    for (int i = 0; i < CATALOGUE; i++) {
        if (strcmp(catalogue[i].name, name) == 0)
            return &catalogue[i];
    }
    return NULL;
}

double draw_km(int a, int b)
{
    return a > b ? distances[a][b] : distances[b][a];
}

/* Light in glass, a detour of 40 %, and a millisecond of equipment. */
double draw_latency(double km)
{
    return km / 200000 * 1.4 + 1e-3;
}

/* min(1.14, .73 (100 ms / round trip)^.89) Gbit/s. */
double draw_flow(double latency_s)
{
    const double gbit = .73 * task_exp(.89 * task_log(.1 / (2 * latency_s)));
    return (gbit < 1.14 ? gbit : 1.14) * 1e9 / 8;
}

/* Few digits in the file: whole MB/s and microseconds. */
static double round_to(double value, double unit_per_whole)
{
    return floor(value * unit_per_whole + .5) / unit_per_whole;
}

static double draw_bandwidth(const struct class *class, double km, double latency_s,
                             struct task_rng *rng)
{
    const double noise = task_rng_normal(rng);
    if (class->median > 0)
        return class->median * task_exp(.6 * noise - km / 12000);
    return draw_flow(latency_s) * task_exp(.3 * noise);
}

static void draw_wan(const struct class *class, struct task_rng *rng,
                     struct instance *instance)
{
    uint32_t city[CITIES];
    task_rng_permutation(rng, city, (size_t) class->cities);
    for (int i = 0; i < instance->region_count; i++) {
        instance->bandwidth[i][i] = DRAW_REGION_BANDWIDTH;
        instance->latency[i][i] = DRAW_REGION_LATENCY;
        for (int j = 0; j < i; j++) {
            const double km = draw_km((int)city[i], (int)city[j]);
            const double latency = round_to(draw_latency(km), 1e6);
            const double bytes = draw_bandwidth(class, km, latency, rng);
            instance->latency[i][j] = instance->latency[j][i] = latency;
            instance->bandwidth[i][j] = instance->bandwidth[j][i] =
                round_to(bytes / 1e6, 1) * 1e6;
        }
    }
}

/* The chip's index in the instance, which gets it when it is new. */
static int add_chip(struct instance *instance, const struct chip *chip)
{
    for (int i = 0; i < instance->chip_count; i++) {
        if (strcmp(instance->chips[i].name, chip->name) == 0)
            return i;
    }
    instance->chips[instance->chip_count] = *chip;
    return instance->chip_count++;
}

static const struct chip *pick_chip(const struct class *class, struct task_rng *rng)
{
    int choices = 0;
    while (choices < CITIES && class->chips[choices])
        choices++;
    if (choices > 0)
        return draw_chip(class->chips[task_rng_below(rng, (uint64_t)choices)]);
    return &catalogue[task_rng_below(rng, CATALOGUE)];
}

/* Each region has a pod at least. */
static void draw_pods(const struct class *class, struct task_rng *rng,
                      struct instance *instance)
{
    instance->pod_count = instance->region_count +
                          (int)task_rng_between(rng, class->extra_low, class->extra_high);
    int region[INSTANCE_PODS];
    for (int p = 0; p < instance->pod_count; p++)
        region[p] = p < instance->region_count
                        ? p
                        : (int)task_rng_below(rng, (uint64_t)instance->region_count);
    task_rng_shuffle(rng, region, (size_t)instance->pod_count, sizeof region[0]);
    for (int p = 0; p < instance->pod_count; p++) {
        const struct chip *chip = pick_chip(class, rng);
        const int chips = class->pod_chips << task_rng_below(rng, 3);
        instance->pods[p] =
            (struct pod){region[p], add_chip(instance, chip), chips / chip->host};
    }
}

static double fleet_flops(const struct instance *instance)
{
    double sum = 0;
    for (int p = 0; p < instance->pod_count; p++)
        sum += instance_chip(instance, p)->peak * instance_pod_chips(instance, p);
    return sum;
}

static void draw_model(const struct class *class, struct task_rng *rng,
                       struct instance *instance)
{
    int low = class->model;
    if (low < 0)
        low = fleet_flops(instance) > LARGE_FLEET ? 3 : 2;
    int index = low + (int)task_rng_below(rng, MODEL_CHOICES);
    instance->model = models[index < MODELS ? index : MODELS - 1];
    instance->grad_bytes = 2;
    instance->batch = class->batch << task_rng_below(rng, (uint64_t) class->batch_shifts);
}

/* Some two pods have room for weights, gradients and the optimiser's state. */
static bool has_room(const struct instance *instance)
{
    const double state = cost_parameters(&instance->model) * (14 + instance->grad_bytes);
    double first = 0, second = 0;
    for (int p = 0; p < instance->pod_count; p++) {
        const double room = MEMORY_SHARE * instance_chip(instance, p)->mem *
                            instance_pod_chips(instance, p);
        if (room > first) {
            second = first;
            first = room;
        } else if (room > second) {
            second = room;
        }
    }
    return state <= first + second;
}

static void draw_one(const struct class *class, struct task_rng *rng,
                     struct instance *instance)
{
    instance->region_count =
        (int)task_rng_between(rng, class->regions_low, class->regions_high);
    draw_wan(class, rng, instance);
    draw_pods(class, rng, instance);
    draw_model(class, rng, instance);
}

bool draw_instance(const struct task_generate *job, int class, int index,
                   struct instance *instance, struct task_error *err)
{
    struct task_rng rng;
    struct plan plan;
    double step_s;
    task_generate_rng(job, classes[class].name, (uint64_t)index, &rng);
    for (int i = 0; i < ATTEMPTS; i++) {
        *instance = (struct instance){0};
        (void)snprintf(instance->name, sizeof instance->name, "%s-%d", classes[class].name,
                       index); /* fits */
        draw_one(&classes[class], &rng, instance);
        if (has_room(instance) && planner_trivial(instance, &plan, &step_s))
            return instance_check(instance, TASK_PACKAGE, err);
    }
    return task_fail(err, TASK_PACKAGE, "class \"%s\": no feasible instance in %d",
                     classes[class].name, ATTEMPTS);
}
