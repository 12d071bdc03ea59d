#include "measure.h"

#include "frozen.h"
#include "host.h"
#include "nest.h"

#include "sdk/file.h"
#include "sdk/task.h"

#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* PASSES over all kernels, dealt in turn to two halves, so that a burst of other work
 * spoils a part of a half at most; then EXTRA pairs of passes over those that still
 * disagree. */
enum { HALVES = 2, PASSES = 6, EXTRA = 3, HUGE_BYTES = 2 << 20 };

struct options {
    const char *split, *seed, *out;
    int64_t core, rounds;
};

struct job {
    const struct options *options;
    struct tile_sample *samples;
    int64_t (*time)[HALVES][TILE_CONFIGS_MAX]; /* minimum so far, by half */
    int count;
    bool *is_done;
    int repeated; /* kernels that needed extra passes */
    bool has_huge_pages;
};

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static bool is_seed(const char *seed)
{
    const size_t length = strlen(seed);

    return length >= 32 && length <= 128 && strspn(seed, "0123456789abcdef") == length;
}

static bool take_option(struct options *options, int letter, struct task_error *err)
{
    switch (letter) {
    case 's':
        options->split = optarg;
        return true;
    case 'S':
        options->seed = optarg;
        return true;
    case 'c':
        return task_parse_integer(optarg, 0, CPU_SETSIZE - 1, &options->core, err);
    case 'r':
        return task_parse_integer(optarg, 30, 10000, &options->rounds, err);
    default:
        return task_fail(err, TASK_USAGE, "unknown option, or one without its value");
    }
}

static bool parse_options(int argc, char **argv, struct options *options,
                          struct task_error *err)
{
    static const struct option known[] = {{"split", required_argument, NULL, 's'},
                                          {"seed", required_argument, NULL, 'S'},
                                          {"core", required_argument, NULL, 'c'},
                                          {"rounds", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    int letter;

    opterr = 0;
    optind = 0;
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take_option(options, letter, err))
            return false;
    if (optind != argc - 1)
        return task_fail(err, TASK_USAGE, "expected one folder to write to");
    options->out = argv[optind];
    if (strcmp(options->split, "public") != 0 && strcmp(options->split, "hidden") != 0)
        return task_fail(err, TASK_USAGE, "--split must be public or hidden");
    if (!is_seed(options->seed))
        return task_fail(err, TASK_USAGE, "--seed must be 32 to 128 lower-case hex digits");
    return true;
}

static void draw_part(struct job *job, const char *split)
{
    const struct plan_part *part = plan_part("cpu", split);
    const size_t total = (size_t)job->count + (size_t)part->kernels;

    job->samples = task_grow(job->samples, total, sizeof *job->samples);
    for (int i = 0; i < part->kernels; i++)
        plan_draw(part, job->options->seed, i, &job->samples[job->count++]);
}

static bool pin(int64_t core, struct task_error *err)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        return task_fail_errno(err, TASK_HOST, "cannot pin to core %d", (int)core);
    return true;
}

/* Huge pages, where there are any: which physical pages the kernel hands out then no longer
 * decides which cache sets collide, so that another run finds the same times. */
static void *map_arena(struct job *job, size_t bytes)
{
    void *arena =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (arena == MAP_FAILED)
        return NULL;
    job->has_huge_pages = madvise(arena, bytes, MADV_HUGEPAGE) == 0;
    return arena;
}

static void time_rounds(const struct nest *nest, const struct tile_sample *sample, int pass,
                        int64_t rounds, int64_t *time)
{
    uint32_t order[TILE_CONFIGS_MAX];
    struct task_rng rng;
    const struct task_stream stream = {"",     "tile",        PLAN_VERSION, sample->split,
                                       "pass", (uint64_t)pass};

    task_rng_init(&rng, &stream);
    for (int64_t round = 0; round < rounds; round++) {
        task_rng_permutation(&rng, order, (size_t)sample->configs);
        for (int i = 0; i < sample->configs; i++) {
            const int64_t start = now_ns();
            nest_run(nest, &sample->config[order[i]]);
            const int64_t spent = now_ns() - start;
            if (spent < time[order[i]])
                time[order[i]] = spent;
        }
    }
}

static bool time_sample(struct job *job, int index, int pass, struct task_error *err)
{
    struct tile_sample *sample = &job->samples[index];
    const size_t bytes = nest_bytes(&sample->kernel) + 2 * (size_t)HUGE_BYTES;
    char *arena = map_arena(job, bytes);
    struct nest nest;

    if (!arena)
        return task_fail_errno(err, TASK_HOST, "cannot map %zu bytes", bytes);
    const size_t past = (uintptr_t)arena % HUGE_BYTES;
    nest_init(&nest, &sample->kernel, arena + (past ? HUGE_BYTES - past : 0));
    nest_run(&nest, &sample->config[0]);
    time_rounds(&nest, sample, pass, job->options->rounds * HALVES / PASSES,
                job->time[index][pass % HALVES]);
    (void)munmap(arena, bytes); /* cannot fail on what mmap gave */
    return true;
}

static bool keep(const struct job *job, int index, struct noise *noise)
{
    struct tile_sample *sample = &job->samples[index];
    const int64_t *a = job->time[index][0], *b = job->time[index][1];

    for (int c = 0; c < sample->configs; c++)
        sample->runtime[c] = a[c] < b[c] ? a[c] : b[c];
    noise_measure(a, b, (size_t)sample->configs, noise);
    return noise_is_low(noise);
}

static bool pass_all(struct job *job, int pass, struct task_error *err)
{
    struct noise noise;
    int timed = 0;

    for (int i = 0; i < job->count; i++) {
        if (pass >= PASSES && pass % HALVES == 0)
            job->is_done[i] = keep(job, i, &noise);
        if (job->is_done[i])
            continue;
        if (!time_sample(job, i, pass, err))
            return false;
        timed++;
    }
    if (pass == PASSES)
        job->repeated = timed;
    fprintf(stderr, "pass %d of %d at most: %d kernels\n", pass + 1,
            PASSES + HALVES * EXTRA, timed);
    return true;
}

static bool time_all(struct job *job, struct task_error *err)
{
    for (int i = 0; i < job->count; i++)
        for (int c = 0; c < HALVES * TILE_CONFIGS_MAX; c++)
            job->time[i][c / TILE_CONFIGS_MAX][c % TILE_CONFIGS_MAX] = INT64_MAX;
    for (int pass = 0; pass < PASSES + HALVES * EXTRA; pass++)
        if (!pass_all(job, pass, err))
            return false;
    return true;
}

static bool write_result(const struct job *job, double seconds, struct task_error *err)
{
    task_auto_buf struct task_buf csv = TASK_BUF_INIT;
    task_auto_free char *csv_path = task_strf("%s/kernels.csv", job->options->out);
    task_auto_free char *host_path = task_strf("%s/host.json", job->options->out);
    task_auto_free struct noise *noise = task_alloc((size_t)job->count, sizeof *noise);
    char digest[FROZEN_DIGEST_BYTES];
    int kept = 0;

    for (int i = 0; i < job->count; i++)
        if (keep(job, i, &noise[kept]))
            frozen_print(&job->samples[i], kept++, &csv);
    if (kept == 0)
        return task_fail(err, TASK_HOST,
                         "no kernel could be measured alike twice: this "
                         "machine is too busy");
    frozen_digest(csv.data, csv.length, digest);
    const struct host_run run = {.sha256 = digest,
                                 .core = (int)job->options->core,
                                 .rounds = (int)job->options->rounds,
                                 .passes = PASSES,
                                 .repeated = job->repeated,
                                 .has_huge_pages = job->has_huge_pages,
                                 .seconds = seconds,
                                 .drawn = job->count,
                                 .kept = kept,
                                 .noise = noise};
    return task_file_write(csv_path, csv.data, csv.length, err) &&
           host_write(host_path, &run, err);
}

bool measure(int argc, char **argv, struct task_error *err)
{
    struct options options = {.split = "", .seed = "", .core = 0, .rounds = 30};
    struct job job = {.options = &options};
    const int64_t start = now_ns();

    if (!parse_options(argc, argv, &options, err) || !task_dir_make(options.out, err) ||
        !pin(options.core, err))
        return false;
    const bool is_public = strcmp(options.split, "public") == 0;
    draw_part(&job, is_public ? "train" : "hidden");
    draw_part(&job, is_public ? "public" : "shifted");
    job.time = task_alloc((size_t)job.count, sizeof *job.time);
    job.is_done = task_alloc((size_t)job.count, sizeof *job.is_done);
    const bool done =
        time_all(&job, err) && write_result(&job, (double)(now_ns() - start) / 1e9, err);
    free(job.time);
    free(job.is_done);
    free(job.samples);
    return done;
}
