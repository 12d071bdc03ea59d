#include "import.h"

#include "feature.h"
#include "metric.h"

#include "sdk/file.h"
#include "sdk/npz.h"
#include "sdk/tpugraphs.h"

#include <stdlib.h>

static int64_t *integers(const struct task_array *array)
{
    const size_t count = task_array_count(array);
    int64_t *values = task_alloc(count + 1, sizeof *values);

    for (size_t i = 0; i < count; i++)
        values[i] = task_array_integer(array, i);
    return values;
}

/* Whether these are labels at all is for the SDK to say; here they only must not mislead.
 */
static bool are_labels(const int64_t *runtime, const int64_t *normalizer, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (runtime[i] < 1 || normalizer[i] < 1)
            return false;
    return count > 1;
}

static bool is_integers(const struct task_array *array)
{
    return array->rank == 1 && array->dtype != TASK_F4 && array->dtype != TASK_F8;
}

static bool random_value(const char *path, double *sum, size_t *graphs,
                         struct task_error *err)
{
    task_auto_npz struct task_npz *npz = task_npz_open(path, err);
    task_auto_array struct task_array runtime = {.data = NULL}, normalizer = {.data = NULL};

    if (!npz || !task_npz_read(npz, "config_runtime", &runtime, err) ||
        !task_npz_read(npz, "config_runtime_normalizers", &normalizer, err))
        return false;
    const size_t count = task_array_count(&runtime);
    if (!is_integers(&runtime) || !is_integers(&normalizer) ||
        task_array_count(&normalizer) != count)
        return task_fail(err, TASK_PACKAGE,
                         "\"%s\": config_runtime and config_runtime_normalizers must be "
                         "whole numbers, one each for a configuration",
                         path);
    task_auto_free int64_t *times = integers(&runtime), *norms = integers(&normalizer);
    if (!are_labels(times, norms, count))
        return true;
    *sum += tile_random_value(times, norms, count);
    *graphs += 1;
    return true;
}

/* The mean over the scored split; 0 where there is nothing to take it of. */
static bool random_mean(const struct task_import *job, double *mean, struct task_error *err)
{
    task_auto_free char *below = task_strf("%s/npz/tile/xla/%s", job->source, job->split);
    task_auto_free char *direct = task_strf("%s/tile/xla/%s", job->source, job->split);
    const char *folder = task_dir_exists(below) ? below : direct;
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    double sum = 0;
    size_t graphs = 0;

    if (task_dir_exists(folder) && !task_dir_list(folder, ".npz", &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        task_auto_free char *path = task_strf("%s/%s", folder, names.items[i]);
        if (!random_value(path, &sum, &graphs, err))
            return false;
    }
    *mean = graphs ? sum / (double)graphs : 0;
    return true;
}

bool tile_import(const struct task_import *job, struct task_error *err)
{
    struct task_tpugraphs part = {
        .folder = "tile/xla",
        .collection = "tile:xla",
        .keys = feature_keys,
        .m1 = 1,
        .readme =
            "Collection tile:xla: kernels and tile sizes of TpuGraphs, as published.\n",
    };

    return random_mean(job, &part.m0, err) && task_tpugraphs_import_all(job, &part, 1, err);
}
