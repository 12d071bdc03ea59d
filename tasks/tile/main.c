/* The task `tile`: rank the tile sizes of kernels by their runtime. */
#include "feature.h"
#include "measure.h"
#include "metric.h"
#include "package.h"
#include "plan.h"

#include "sdk/task.h"
#include "sdk/tpugraphs.h"

static bool import(const struct task_import *job, struct task_error *err)
{
    static const struct task_tpugraphs part = {
        .folder = "tile/xla",
        .collection = "tile:xla",
        .keys = feature_keys,
        .m1 = 1,
        .readme =
            "Collection tile:xla: kernels and tile sizes of TpuGraphs, as published.\n",
    };
    bool found = false;

    if (!task_tpugraphs_import(job, &part, &found, err))
        return false;
    if (!found)
        return task_fail(err, TASK_USAGE, "\"%s\" has no npz/tile/xla", job->source);
    return true;
}

static bool score(const struct task_score *job, struct task_error *err)
{
    return task_submission_score(job, &tile_metric, err);
}

int main(int argc, char **argv)
{
    static const struct task_verb verbs[] = {
        {"measure", "--split public|hidden --seed HEX [--core N] [--rounds N] OUT",
         measure},
        {NULL, NULL, NULL},
    };
    static const struct task_program program = {
        .id = "tile",
        .version = PLAN_VERSION,
        .generate = package_generate,
        .import = import,
        .score = score,
        .verbs = verbs,
    };

    return task_main(&program, argc, argv);
}
