#include "package.h"

#include "feature.h"
#include "frozen.h"
#include "metric.h"
#include "sim.h"

#include "sdk/case.h"
#include "sdk/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char cpu_folder[] = "data/cpu";

/* A case being written, and what its m0 is the mean of. */
struct package {
    struct task_case *case_;
    char collection[16];
    struct task_rng rng;
    double random_sum;
    int tests, trains;
};

static bool begin(struct package *package, const struct task_generate *job,
                  const char *name, struct task_error *err)
{
    memset(package, 0, sizeof *package);
    (void)snprintf(package->collection, sizeof package->collection, "tile:%s", name);
    task_generate_rng(job, name, 0, &package->rng);
    package->case_ = task_case_new(job->out, package->collection, err);
    return package->case_ != NULL;
}

static bool add_train(struct package *package, const struct tile_sample *sample,
                      struct task_array *arrays, struct task_error *err)
{
    char name[64];

    (void)snprintf(name, sizeof name, "%s_%03d", tile_family(sample->kernel.family)->name,
                   package->trains++);
    const struct task_sample train = {.name = name, .rng = &package->rng};
    return task_case_train(package->case_, &train, arrays, FEATURE_ARRAYS, err);
}

static bool add_test(struct package *package, const struct tile_sample *sample,
                     struct task_array *arrays, struct task_error *err)
{
    const struct task_sample test = {.rng = &package->rng,
                                     .is_shifted = strcmp(sample->split, "shifted") == 0};

    package->random_sum +=
        tile_random_value(sample->runtime, NULL, (size_t)sample->configs);
    package->tests++;
    return task_case_test(package->case_, &test, arrays, FEATURE_ARRAYS, err);
}

static bool add(struct package *package, const struct tile_sample *sample,
                struct task_error *err)
{
    struct task_array arrays[FEATURE_ARRAYS];
    bool done;

    feature_arrays(sample, arrays);
    if (strcmp(sample->split, "train") == 0)
        done = add_train(package, sample, arrays, err);
    else
        done = add_test(package, sample, arrays, err);
    feature_release(arrays);
    return done;
}

static bool finish(struct package *package, struct task_error *err)
{
    task_auto_free char *readme = task_strf(
        "Collection %s: loop kernels and the tile sizes of their nests.\n"
        "train/ has labels: config_runtime in ns, config_runtime_normalizers the runtime "
        "of\n"
        "the default, tiles of 32. test/ has 0 and 1 there. config_feat has the output's\n"
        "tile at 8 to 13 in the order of the output's dimensions, a convolution's kernel "
        "tile\n"
        "at 0 to 5, and the tile of the summed axis (K, input channels, rows) at 16.\n"
        "Write submission.csv as sample_submission.csv is: for each graph of test/ the\n"
        "numbers of the configurations that you expect to be fastest, best first; the "
        "first\n"
        "five count.\n",
        package->collection);
    const struct task_case_end end = {
        .m0 = package->tests ? package->random_sum / package->tests : 0,
        .m1 = 1,
        .readme = readme,
    };

    return task_case_finish(package->case_, &end, err);
}

static bool add_simulated(struct package *package, const struct task_generate *job,
                          const char *split, struct task_error *err)
{
    const struct plan_part *part = plan_part("sim", split);
    struct tile_sample sample;
    struct sim sim;

    for (int i = 0; i < part->kernels; i++) {
        plan_draw(part, job->seed, i, &sample);
        for (int c = 0; c < sample.configs; c++)
            sample.runtime[c] = sim_run(&sim, &sample.kernel, &sample.config[c]);
        if (!add(package, &sample, err))
            return false;
    }
    return true;
}

static bool write_sim(const struct task_generate *job, struct task_error *err)
{
    const bool is_hidden = strcmp(job->split, "hidden") == 0;
    struct package package;
    const bool done = begin(&package, job, "sim", err) &&
                      add_simulated(&package, job, "train", err) &&
                      add_simulated(&package, job, is_hidden ? "hidden" : "public", err) &&
                      (!is_hidden || add_simulated(&package, job, "shifted", err)) &&
                      finish(&package, err);

    task_case_free(package.case_);
    return done;
}

/* Adds the training kernels of a frozen set, or its others. */
static bool add_frozen(struct package *package, const char *folder, bool is_train,
                       struct task_error *err)
{
    frozen_auto struct frozen frozen = {0};

    if (!frozen_load(folder, &frozen, err))
        return false;
    for (int i = 0; i < frozen.count; i++) {
        const struct tile_sample *sample = &frozen.samples[i];
        if ((strcmp(sample->split, "train") == 0) == is_train && !add(package, sample, err))
            return false;
    }
    return true;
}

static bool write_cpu(const struct task_generate *job, const char *test_folder,
                      struct task_error *err)
{
    struct package package;
    const bool done =
        begin(&package, job, "cpu", err) && add_frozen(&package, cpu_folder, true, err) &&
        add_frozen(&package, test_folder, false, err) && finish(&package, err);

    task_case_free(package.case_);
    return done;
}

bool package_generate(const struct task_generate *job, struct task_error *err)
{
    const char *tests = cpu_folder;

    if (strcmp(job->split, "hidden") == 0)
        tests = getenv("PODIUM_TILE_DATA");
    if (tests && !write_cpu(job, tests, err))
        return false;
    if (!tests)
        fputs(
            "tile: no case tile-cpu: measure its hidden split on this machine and name the "
            "folder with --data\n",
            stderr);
    return write_sim(job, err);
}
