/* The task `tile`: rank the tile sizes of kernels by their runtime. */
#include "import.h"
#include "measure.h"
#include "metric.h"
#include "package.h"
#include "plan.h"

#include "sdk/task.h"

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
        .import = tile_import,
        .prepare = task_reference_prepare,
        .score = score,
        .verbs = verbs,
    };

    return task_main(&program, argc, argv);
}
