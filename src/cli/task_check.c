#include "task_check.h"

#include "base/fs.h"
#include "base/log.h"
#include "engine/executor.h"
#include "engine/process.h"
#include "ui.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What never ends tells as much in a short time as in a long one. */
static const double SHORT_CPU_LIMIT_S = 2;

struct sample {
    char *path;
    char *folder; /* scored, oracle, or the code of a verdict */
    struct unpacked unpacked;
    struct plan plan;
    double mean_raw; /* NAN before it is known */
};

struct check {
    struct season *season;
    const struct case_set *set;
    struct store *store;
    struct sample *samples;
    size_t count;
    struct ui_progress progress;
    size_t every;
    const struct opt *opt;
    json_t *findings;
};

__attribute__((format(printf, 2, 3))) static void find(struct check *check,
                                                       const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
    pod_buf_escaped(&shown, text, strlen(text));
    json_array_append_new(check->findings, json_string(shown.data));
    if (!check->opt->is_json)
        printf("task '%s': %s\n", check->set->task.id, shown.data);
}

static void check_folder(struct check *check)
{
    pod_auto_free char *readme = pod_path_join(check->set->task_folder, "README.md");
    if (!pod_path_exists(readme))
        find(check, "no README.md: its data sheet");
    if (check->set->task.areas.count == 0 || check->set->task.sources.count == 0)
        find(check, "task.json names no areas or no sources");
}

/* Generate again and compare digests case by case. */
static bool check_repeat(struct check *check, struct pod_error *err)
{
    const struct case_set *set = check->set;
    if (strcmp(set->split, "public") != 0)
        return true;
    pod_auto_free char *again = pod_path_join(check->season->place.work, ".again");
    const char *argv[] = {set->program, "generate", "--split",
                          set->split,   "--seed",   set->task.public_seed,
                          again,        NULL};
    int status = 0;
    bool done = pod_dir_remove(again, err) && pod_dir_make(again, err) &&
                process_run(argv, set->task_folder, &status, err);
    for (size_t i = 0; done && i < set->count; i++) {
        pod_auto_free char *folder = pod_path_join(again, set->items[i].id);
        struct pod_digest digest = {""};
        if (status != 0 || !pod_path_is_dir(folder)) {
            find(check, "a second generate does not make case '%s'", set->items[i].id);
            continue;
        }
        done = pod_digest_tree(folder, &digest, err);
        if (done && strcmp(digest.hex, set->items[i].digest.hex) != 0)
            find(check, "case '%s' differs when generated again", set->items[i].id);
    }
    struct pod_error ignored = POD_ERROR_INIT;
    (void)pod_dir_remove(again, &ignored); /* scratch */
    return done;
}

static bool add_sample(struct check *check, const char *folder, const char *path,
                       struct pod_error *err)
{
    struct unpacked unpacked;
    struct pod_error problem = POD_ERROR_INIT;
    if (!unpack_entry(&unpacked, &check->season->place, path, &problem)) {
        unpacked_release(&unpacked);
        if (problem.fault != POD_ENTRY)
            return pod_fail(err, problem.fault, "%s", problem.message);
        find(check, "sample entry '%s': %s", path, problem.message);
        return true;
    }
    if (entry_task_find(&unpacked.entry, check->set->task.id) == NULL) {
        unpacked_release(&unpacked);
        return true;
    }
    check->samples = pod_grow(check->samples, check->count + 1, sizeof *check->samples);
    struct sample *sample = &check->samples[check->count++];
    *sample = (struct sample){.path = pod_strdup(path),
                              .folder = pod_strdup(folder),
                              .unpacked = unpacked,
                              .mean_raw = NAN};
    return true;
}

/* All entries below TOP/entries/VERDICT/. */
static bool add_samples(struct check *check, const char *top, struct pod_error *err)
{
    pod_auto_free char *entries = pod_path_join(top, "entries");
    pod_auto_names struct pod_names folders = POD_NAMES_INIT;
    if (!pod_path_is_dir(entries))
        return true;
    if (!pod_dir_list(entries, &folders, err))
        return false;
    for (size_t f = 0; f < folders.count; f++) {
        pod_auto_free char *folder = pod_path_join(entries, folders.items[f]);
        pod_auto_names struct pod_names names = POD_NAMES_INIT;
        if (!pod_path_is_dir(folder))
            continue;
        if (!pod_dir_list(folder, &names, err))
            return false;
        for (size_t i = 0; i < names.count; i++) {
            pod_auto_free char *path = pod_path_join(folder, names.items[i]);
            if (pod_path_is_dir(path) && !add_sample(check, folders.items[f], path, err))
                return false;
        }
    }
    return true;
}

static bool is_of_kind(const struct sample *sample, const char *kind)
{
    bool is_scored = strcmp(sample->folder, "scored") == 0;
    bool is_oracle = strcmp(sample->folder, "oracle") == 0;
    if (strcmp(kind, "failing") == 0)
        return !is_scored && !is_oracle;
    if (strcmp(kind, "ending") == 0) /* fails, and by itself */
        return !is_scored && !is_oracle && strcmp(sample->folder, "TLE") != 0;
    return strcmp(kind, sample->folder) == 0;
}

static void show_progress(void *context, const struct unpacked *unpacked,
                          const struct case_result *result, const char *problem)
{
    struct check *check = context;
    if (problem != NULL) {
        find(check, "sample entry '%s': %s", unpacked->entry.name, problem);
        return;
    }
    if (result->verdict == VERDICT_JE)
        find(check, "sample entry '%s', case '%s': %s", unpacked->entry.name,
             result->case_id, result->message);
    ui_progress_step(&check->progress, unpacked->entry.name);
}

static void thin_out(struct plan *plan, size_t every)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i += every)
        plan->jobs[count++] = plan->jobs[i];
    plan->count = count;
}

/* The jobs of a sample that have no result yet, its plan being made by rules. A sample that
 * must fail does so on the first case as well as on all. */
static bool plan_missing(struct check *check, const struct rules *rules,
                         struct sample *sample, struct executor_job *job,
                         struct pod_error *err)
{
    if (!plan_entry(&sample->plan, rules, &sample->unpacked, err))
        return false;
    if (is_of_kind(sample, "failing"))
        sample->plan.count = 1;
    thin_out(&sample->plan, check->every);
    job->unpacked = &sample->unpacked;
    job->plan.jobs = pod_alloc(sample->plan.count, sizeof *job->plan.jobs);
    for (size_t i = 0; i < sample->plan.count; i++) {
        bool is_there = false;
        if (!store_has_result(check->store, sample->plan.jobs[i].key.hex, &is_there, err))
            return false;
        if (!is_there)
            job->plan.jobs[job->plan.count++] = sample->plan.jobs[i];
    }
    return true;
}

/* Run the samples of one kind under the rules for that kind. */
static bool run_kind(struct check *check, const char *kind, const struct rules *rules,
                     struct pod_error *err)
{
    struct executor_job *jobs = pod_alloc(check->count + 1, sizeof *jobs);
    size_t count = 0, cpu_count = 0;
    bool done = true;
    for (size_t i = 0; done && i < check->count; i++) {
        struct sample *sample = &check->samples[i];
        if (!is_of_kind(sample, kind))
            continue;
        done = plan_missing(check, rules, sample, &jobs[count], err);
        check->progress.total += jobs[count].plan.count;
        if (jobs[count].plan.count > 0)
            count++; /* an order without a case would be a worker's end */
        else
            plan_release(&jobs[count].plan);
    }
    free(executor_cpus(&cpu_count));
    const struct executor executor = {.rules = rules,
                                      .store = check->store,
                                      .workers = cpu_count,
                                      .progress = show_progress,
                                      .context = check};
    struct executor_tally tally = {0};
    done = done && executor_run(&executor, jobs, count, &tally, err);
    for (size_t i = 0; i < count; i++)
        plan_release(&jobs[i].plan);
    free(jobs);
    if (done && tally.was_interrupted)
        return pod_fail(err, POD_HOST, "interrupted: check again to go on");
    return done;
}

static bool run_samples(struct check *check, struct pod_error *err)
{
    const struct rules plain = check->season->rules;
    struct rules with_reference = plain, with_short_limit = plain;
    with_reference.options.shows_reference = true;
    with_short_limit.options.cpu_limit_s = SHORT_CPU_LIMIT_S;
    return run_kind(check, "scored", &plain, err) &&
           run_kind(check, "oracle", &with_reference, err) &&
           run_kind(check, "ending", &plain, err) &&
           run_kind(check, "TLE", &with_short_limit, err);
}

/* Compare one sample's results with its folder, and work out its mean. */
static bool judge_sample(struct check *check, struct sample *sample, struct pod_error *err)
{
    const char *expected = is_of_kind(sample, "failing") ? sample->folder : "OK";
    double sum = 0;
    for (size_t i = 0; i < sample->plan.count; i++) {
        const struct plan_job *job = &sample->plan.jobs[i];
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        bool is_there = false;
        if (!store_find_result(check->store, job->key.hex, &is_there, &result, err))
            return false;
        const char *code = is_there ? verdict_info(result.verdict)->code : "nothing";
        if (strcmp(code, expected) != 0)
            find(check, "'%s' must get %s but got %s on case '%s': %.300s", sample->path,
                 expected, code, job->one->id, result.message ? result.message : "");
        sum += result.has_raw ? result.raw : NAN;
    }
    if (!is_of_kind(sample, "failing"))
        sample->mean_raw = sum / (double)sample->plan.count;
    return true;
}

static const struct sample *find_sample(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->count; i++)
        if (!is_of_kind(&check->samples[i], "failing") &&
            strcmp(check->samples[i].unpacked.entry.name, name) == 0)
            return &check->samples[i];
    return NULL;
}

static void check_order(struct check *check)
{
    const struct pod_names *order = &check->set->task.order;
    double before = NAN;
    if (order->count < 2)
        find(check, "task.json orders fewer than two sample entries, trivial and strong");
    for (size_t i = 0; i < order->count; i++) {
        const struct sample *sample = find_sample(check, order->items[i]);
        if (sample == NULL) {
            find(check, "no scored sample entry named '%s'", order->items[i]);
            continue;
        }
        if (!check->opt->is_json)
            printf("  %-16s mean raw %8.4f\n", order->items[i], sample->mean_raw);
        bool has_risen = check->set->task.is_higher_better ? sample->mean_raw > before
                                                           : sample->mean_raw < before;
        if (i > 0 && !has_risen)
            find(check, "'%s' is not better than '%s'", order->items[i],
                 order->items[i - 1]);
        before = sample->mean_raw;
    }
}

static bool check_all(struct check *check, struct pod_error *err)
{
    pod_auto_free char *path = place_store(&check->season->place);
    check->store = store_open(path, err);
    check_folder(check);
    if (check->store == NULL || !check_repeat(check, err) ||
        !add_samples(check, check->season->place.tasks, err) ||
        !add_samples(check, check->set->task_folder, err) || !run_samples(check, err))
        return false;
    ui_progress_end(&check->progress);
    for (size_t i = 0; i < check->count; i++)
        if (!judge_sample(check, &check->samples[i], err))
            return false;
    check_order(check);
    return true;
}

bool task_check(struct season *season, const struct opt *opt, size_t every,
                json_t *findings, struct pod_error *err)
{
    struct check check = {.season = season,
                          .set = &season->sets[0],
                          .every = every,
                          .opt = opt,
                          .findings = findings};
    ui_progress_init(&check.progress, 0, opt->is_quiet);
    bool done = check_all(&check, err);
    if (done && !opt->is_json)
        printf("task '%s': %zu cases, %zu sample entries: %s\n", check.set->task.id,
               check.set->count, check.count,
               json_array_size(findings) == 0 ? "good" : "not fit");
    for (size_t i = 0; i < check.count; i++) {
        struct sample *sample = &check.samples[i];
        plan_release(&sample->plan);
        unpacked_release(&sample->unpacked);
        free(sample->path);
        free(sample->folder);
    }
    free(check.samples);
    store_close(check.store);
    return done;
}
