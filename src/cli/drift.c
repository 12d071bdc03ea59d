#include "drift.h"

#include "base/clock.h"
#include "engine/executor.h"
#include "engine/reference.h"

#include <stdlib.h>

static bool look(const struct drift *drift, int cpu, int64_t *taken, struct pod_error *err)
{
    struct guest_options options = drift->rules->options;
    options.cpu = cpu;
    return reference_measure(drift->rules->place, &options, taken, err);
}

bool drift_start(struct drift *drift, const struct rules *rules, size_t workers,
                 struct pod_error *err)
{
    *drift = (struct drift){.rules = NULL};
    if (!timing_is_asked(&rules->timing))
        return true;
    size_t cpu_count = 0;
    int *cpus = executor_cpus(&cpu_count);
    bool done = true;
    drift->rules = rules;
    drift->cpus = pod_alloc(cpu_count, sizeof *drift->cpus);
    for (size_t i = 0; done && i < cpu_count && i < workers; i++) {
        struct store_drift *one = &drift->cpus[drift->count++];
        *one = (struct store_drift){.started_ms = pod_instant_now(), .cpu = cpus[i]};
        done = look(drift, cpus[i], &one->before_ns, err);
    }
    free(cpus);
    return done;
}

bool drift_end(struct drift *drift, struct store *store, struct pod_error *err)
{
    for (size_t i = 0; i < drift->count; i++) {
        struct store_drift *one = &drift->cpus[i];
        if (!look(drift, (int)one->cpu, &one->after_ns, err))
            return false;
        one->ended_ms = pod_instant_now();
        if (!store_drift(store, one, err))
            return false;
    }
    return true;
}

static double change(const struct store_drift *one)
{
    return 100 * ((double)one->after_ns / (double)one->before_ns - 1);
}

void drift_print(const struct drift *drift)
{
    for (size_t i = 0; i < drift->count; i++) {
        const struct store_drift *one = &drift->cpus[i];
        printf(
            "drift: the reference took %.2f ms on processor %lld at the start and %.2f ms "
            "at the end (%+.1f %%)\n",
            (double)one->before_ns / 1e6, (long long)one->cpu, (double)one->after_ns / 1e6,
            change(one));
    }
}

json_t *drift_json(const struct drift *drift)
{
    json_t *array = json_array();
    for (size_t i = 0; i < drift->count; i++) {
        const struct store_drift *one = &drift->cpus[i];
        if (json_array_append_new(array,
                                  json_pack("{s:I, s:I, s:I}", "cpu", (json_int_t)one->cpu,
                                            "before_ns", (json_int_t)one->before_ns,
                                            "after_ns", (json_int_t)one->after_ns)) != 0)
            pod_out_of_memory();
    }
    return array;
}

void drift_release(struct drift *drift)
{
    free(drift->cpus);
    *drift = (struct drift){.rules = NULL};
}
