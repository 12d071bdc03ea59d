#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "drift.h"
#include "dues.h"
#include "engine/executor.h"
#include "engine/slurm.h"
#include "found.h"
#include "when.h"
#include "ui.h"

#include <stdlib.h>
#include <string.h>

struct batch {
    struct opt opt; /* first: the argp child fills it */
    struct when when;
    const char *folder; /* NULL: what was received */
    size_t workers;     /* 0: one for each processor */
    bool includes_late;
    double cpu_limit_s;
    struct timing_plan timing; /* repeats 0: as the competition says */
    bool is_slurm;
    const char *slurm_file; /* its configuration; NULL: the defaults */
    struct slurm_config slurm_config;
    struct season season;
    struct finds finds;       /* of a folder */
    struct registry registry; /* of what was received */
    struct dues dues;
    struct store *store;
    struct executor_crew *crew;
    struct executor_job *jobs;
    size_t job_count;
    size_t total, present, late, later, malformed;
    struct ui_progress progress;
    struct executor_tally tally;
    struct drift drift;
};

enum { KEY_REPEATS = 'r', KEY_LATE = 0x200, KEY_CPU, KEY_EXECUTOR, KEY_SLURM, TRIES = 3 };

static const struct argp_option OPTIONS[] = {
    {"jobs", 'n', "N", 0, "Entries at a time, each on its own processor (all there are)",
     0},
    {"late", KEY_LATE, NULL, 0,
     "Run late entries too, and those over the quota; they stay unranked", 0},
    {"cpu-limit", KEY_CPU, "SECONDS", 0,
     "Instead of the tasks' CPU limit, wall time one second more: for a quick look", 0},
    {"repeats", KEY_REPEATS, "N", 0,
     "Run each case N times beside the reference workload (as the competition says, or 1)",
     0},
    {"executor", KEY_EXECUTOR, "WHERE", 0,
     "local: on this machine; slurm: as job arrays, WORK must be on every node (local)", 0},
    {"slurm", KEY_SLURM, "FILE", 0, "Partition, limits and more for slurm; see podium(1)",
     0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct batch *batch = state->input;
    char *end = NULL;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &batch->opt;
        state->child_inputs[1] = &batch->when;
        return 0;
    case 'n':
        batch->workers = strtoul(arg, &end, 10);
        if (*arg < '1' || *arg > '9' || *end != '\0' || batch->workers > 1024)
            argp_error(state, "--jobs wants a number from 1 to 1024, not '%s'", arg);
        return 0;
    case KEY_LATE:
        batch->includes_late = true;
        return 0;
    case KEY_CPU:
        batch->cpu_limit_s = strtod(arg, &end);
        if (end == arg || *end != '\0' || !(batch->cpu_limit_s > 0) ||
            batch->cpu_limit_s > 86400)
            argp_error(state, "--cpu-limit wants seconds up to 86400, not '%s'", arg);
        return 0;
    case KEY_REPEATS:
        opt_repeats(arg, state, &batch->timing);
        return 0;
    case KEY_EXECUTOR:
        batch->is_slurm = strcmp(arg, "slurm") == 0;
        if (!batch->is_slurm && strcmp(arg, "local") != 0)
            argp_error(state, "--executor wants local or slurm, not '%s'", arg);
        return 0;
    case KEY_SLURM:
        batch->slurm_file = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (batch->folder != NULL)
            argp_error(state, "one folder of entries at a time");
        batch->folder = arg;
        return 0;
    case ARGP_KEY_END:
        if (batch->slurm_file != NULL && !batch->is_slurm)
            argp_error(state, "--slurm is for --executor slurm");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {
    {&opt_argp, 0, NULL, 0}, {&when_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "[DIR]",
    .doc =
        "Run every entry that was received (podium intake), or every one below the folder "
        "DIR, on every case that has no result yet, and record each case when it is done. "
        "Killed at any moment, it goes on where it was."
        "\vWith DIR arrival times come from DIR/received.json; without it the run is "
        "practice. Teams take turns. What the judge failed at is tried again after all "
        "others. Exit status 1: an entry could not be read; 3: a judge error, try again.",
    .children = CHILDREN,
};

/* The jobs of found that have no result in the store. */
static bool find_missing(struct batch *batch, const struct found *found,
                         struct plan *missing, struct pod_error *err)
{
    const struct plan *plan = &found->plan;
    memset(missing, 0, sizeof *missing);
    missing->jobs = pod_alloc(plan->count, sizeof *missing->jobs);
    for (size_t i = 0; i < plan->count; i++) {
        bool is_there = false;
        if (!store_has_result(batch->store, plan->jobs[i].key.hex, &is_there, err))
            return false;
        if (!is_there)
            missing->jobs[missing->count++] = plan->jobs[i];
    }
    batch->total += plan->count;
    batch->present += plan->count - missing->count;
    return true;
}

/* What counts for the entry in one set of cases. */
static bool record_set(struct batch *batch, const struct found *found,
                       const struct case_set *set, struct pod_error *err)
{
    const struct plan *plan = &found->plan;
    struct due_case *cases = pod_alloc(plan->count, sizeof *cases);
    struct pod_digest scope;
    struct due_set due = {found->submission.digest, scope.hex, set->task.id, cases, 0};
    if (!plan_scope(&batch->season.rules, set, &scope, err)) {
        free(cases);
        return false;
    }
    for (size_t i = 0; i < plan->count; i++)
        if (plan->jobs[i].set == set)
            cases[due.count++] = (struct due_case){.case_id = plan->jobs[i].one->id,
                                                   .key = plan->jobs[i].key.hex};
    bool done = due.count == 0 || store_due(batch->store, &due, err);
    free(cases);
    return done;
}

static bool record_due(struct batch *batch, const struct found *found,
                       struct pod_error *err)
{
    /* A quick look under other limits is recorded, but counts for nothing. */
    if (batch->cpu_limit_s > 0)
        return true;
    for (size_t i = 0; i < batch->season.set_count; i++)
        if (!record_set(batch, found, &batch->season.sets[i], err))
            return false;
    return true;
}

/* Equal bytes are one entry: its results serve all of them. */
static bool is_repeated(const struct batch *batch, const struct found *found)
{
    for (const struct found *other = batch->finds.items; other < found; other++)
        if (other->is_enrolled &&
            strcmp(other->submission.digest, found->submission.digest) == 0)
            return true;
    return false;
}

static bool is_due(struct batch *batch, const struct found *found)
{
    if (found->submission.problem != NULL) {
        batch->malformed++;
        pod_log("entry '%s': %s", found->submission.path, found->submission.problem);
        return false;
    }
    if (found->standing == STANDING_LATE) {
        batch->late++;
        return batch->includes_late;
    }
    return true;
}

/* A stamp is set once, for the bytes that were received. */
static bool check_stamp(struct batch *batch, struct found *found, struct pod_error *err)
{
    struct submission *submission = &found->submission;
    struct arrival known;
    if (!submission->has_arrival || submission->problem != NULL)
        return true;
    if (!store_find_arrival(batch->store, submission->path, submission->digest, &known,
                            err))
        return false;
    bool is_same_stamp =
        known.received_ms == submission->received_ms && known.seq == submission->seq;
    if (!known.is_known || (known.is_same_entry && is_same_stamp))
        return true;
    if (known.is_same_entry) {
        char recorded[POD_INSTANT_TEXT], told[POD_INSTANT_TEXT];
        pod_instant_format(known.received_ms, recorded);
        pod_instant_format(submission->received_ms, told);
        return pod_fail(err, POD_HOST,
                        "entry '%s' was recorded as received at %s, number %lld, and "
                        "received.json now says %s, number %lld: put it right there",
                        submission->path, recorded, (long long)known.seq, told,
                        (long long)submission->seq);
    }
    if (is_same_stamp)
        submission->problem = pod_strf("its files are not those that were received: they "
                                       "changed after the stamp was recorded");
    return true;
}

static bool enrol(struct batch *batch, struct found *found, struct pod_error *err)
{
    if (found->submission.has_arrival &&
        !deadline_is_received(found->submission.received_ms, batch->when.as_of)) {
        batch->later++;
        return true;
    }
    if (!check_stamp(batch, found, err) ||
        !store_submission(batch->store, &found->submission, err))
        return false;
    if (!is_due(batch, found))
        return true;
    if (!record_due(batch, found, err))
        return false;
    found->is_enrolled = true;
    if (is_repeated(batch, found))
        return true;
    struct executor_job *job = &batch->jobs[batch->job_count];
    job->unpacked = &found->unpacked;
    if (!find_missing(batch, found, &job->plan, err))
        return false;
    if (job->plan.count > 0)
        batch->job_count++;
    else
        plan_release(&job->plan);
    return true;
}

static void show_progress(void *context, const struct unpacked *unpacked,
                          const struct case_result *result, const char *problem)
{
    struct batch *batch = context;
    if (problem != NULL) {
        pod_log("entry '%s': %s", unpacked->entry.name, problem);
        return;
    }
    pod_auto_free char *text = pod_strf(
        "%s on %s: %s%s%s", unpacked->entry.name, result->case_id,
        verdict_info(result->verdict)->code, result->verdict == VERDICT_JE ? ", " : "",
        result->verdict == VERDICT_JE ? result->message : "");
    ui_progress_step(&batch->progress, text);
}

static bool execute_by_slurm(struct batch *batch, struct pod_error *err)
{
    const struct slurm slurm = {
        .config = &batch->slurm_config,
        .rules = &batch->season.rules,
        .store = batch->store,
        .at_once = batch->workers,
        .progress = show_progress,
        .context = batch,
    };
    return slurm_run(&slurm, batch->jobs, batch->job_count, &batch->tally, err);
}

/* Before the entries are loaded, see crew.h. */
static bool gather(struct batch *batch, struct pod_error *err)
{
    size_t cpu_count = 0;
    free(executor_cpus(&cpu_count));
    if (batch->workers > cpu_count)
        pod_log("%zu entries at a time share %zu processors: times will not be fair",
                batch->workers, cpu_count);
    if (batch->is_slurm)
        return true;
    if (batch->workers == 0)
        batch->workers = cpu_count;
    batch->crew = executor_gather(&batch->season.rules, batch->workers, err);
    return batch->crew != NULL;
}

static bool execute_here(struct batch *batch, struct pod_error *err)
{
    const struct executor executor = {
        .rules = &batch->season.rules,
        .store = batch->store,
        .workers = batch->workers,
        .crew = batch->crew,
        .tries = TRIES,
        .progress = show_progress,
        .context = batch,
    };
    if (batch->job_count == 0)
        return true;
    return drift_start(&batch->drift, &batch->season.rules, batch->workers, err) &&
           executor_run(&executor, batch->jobs, batch->job_count, &batch->tally, err) &&
           drift_end(&batch->drift, batch->store, err);
}

static bool execute(struct batch *batch, struct pod_error *err)
{
    ui_progress_init(&batch->progress, batch->total - batch->present, batch->opt.is_quiet);
    bool done = batch->is_slurm ? execute_by_slurm(batch, err) : execute_here(batch, err);
    ui_progress_end(&batch->progress);
    return done;
}

static size_t count_entries(const struct batch *batch)
{
    return batch->folder ? batch->finds.count : batch->registry.ledger.entry_count;
}

static bool print_json(const struct batch *batch, struct pod_error *err)
{
    pod_auto_json json_t *value =
        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:o}", "schema",
                  "podium.batch/1", "entries", (json_int_t)count_entries(batch), "cases",
                  (json_int_t)batch->total, "present", (json_int_t)batch->present,
                  "recorded", (json_int_t)batch->tally.recorded, "judge_errors",
                  (json_int_t)batch->tally.judge_errors, "failures",
                  (json_int_t)batch->tally.failures, "late", (json_int_t)batch->late,
                  "malformed", (json_int_t)batch->malformed, "is_practice",
                  batch->folder != NULL && !batch->finds.has_arrival, "was_interrupted",
                  batch->tally.was_interrupted, "drift", drift_json(&batch->drift));
    if (value == NULL)
        return pod_fail(err, POD_BUG, "cannot print the batch as JSON");
    pod_auto_free char *text = pod_json_print(value);
    fputs(text, stdout);
    return true;
}

static bool print_summary(const struct batch *batch, struct pod_error *err)
{
    const struct executor_tally *tally = &batch->tally;
    if (batch->opt.is_json)
        return print_json(batch, err);
    size_t entries = count_entries(batch);
    if (batch->total == 0)
        printf("nothing to run: none of %zu entries is due\n", entries);
    else if (batch->total == batch->present)
        printf("nothing to do: %zu entries, all %zu results are recorded\n", entries,
               batch->present);
    else
        printf("%zu entries, %zu cases: %zu recorded now, %zu were there, %zu missing\n",
               entries, batch->total, tally->recorded, batch->present,
               batch->total - batch->present - tally->recorded);
    drift_print(&batch->drift);
    if (batch->dues.unranked > 0)
        printf("%zu entries do not count and were passed over\n", batch->dues.unranked);
    if (batch->dues.stale > 0)
        printf("%zu entries were judged by another scorer, set of cases or policy: podium "
               "rejudge\n",
               batch->dues.stale);
    if (batch->malformed > 0)
        printf("%zu entries could not be read and stand unranked\n", batch->malformed);
    if (batch->late > 0)
        printf("%zu entries are late and stand unranked\n", batch->late);
    if (batch->later > 0)
        printf("%zu entries came after the instant given with --as-of\n", batch->later);
    if (batch->folder != NULL && !batch->finds.has_arrival)
        printf("practice: no received.json in '%s', so no deadline applies\n",
               batch->folder);
    if (tally->judge_errors + tally->failures > 0)
        printf("%zu judge errors, %zu failed entries: not recorded, run the batch again\n",
               tally->judge_errors, tally->failures);
    if (tally->was_interrupted)
        printf("interrupted: what is recorded stays, run the batch again to go on\n");
    return true;
}

/* What was received: the log says when, and by what deadline it is. */
static bool load_received(struct batch *batch, struct pod_error *err)
{
    const struct dues_rules rules = {
        .season = &batch->season,
        .registry = &batch->registry,
        .includes_unranked = batch->includes_late,
        .is_final = season_is_final(&batch->season),
        .is_quick_look = batch->cpu_limit_s > 0,
    };
    if (!registry_read(&batch->registry, &batch->season.place, &batch->season.competition,
                       batch->when.as_of, err))
        return false;
    if (batch->when.deadline_text != NULL)
        return pod_fail(err, POD_USAGE,
                        "--deadline is for a folder: the log has the deadline of what was "
                        "received, podium extend moves it");
    batch->store = batch->registry.store;
    if (!dues_load(&batch->dues, &rules, err))
        return false;
    batch->jobs = batch->dues.jobs;
    batch->job_count = batch->dues.job_count;
    batch->total = batch->dues.total;
    batch->present = batch->dues.present;
    return true;
}

static bool load_folder(struct batch *batch, struct pod_error *err)
{
    pod_auto_free char *path = place_store(&batch->season.place);
    batch->store = store_open(path, err);
    if (batch->store == NULL ||
        !finds_load(&batch->finds, &batch->season, batch->folder, err))
        return false;
    batch->jobs = pod_alloc(batch->finds.count, sizeof *batch->jobs);
    for (size_t i = 0; i < batch->finds.count; i++)
        if (!enrol(batch, &batch->finds.items[i], err))
            return false;
    return true;
}

static bool do_batch(struct batch *batch, struct pod_error *err)
{
    if (!slurm_config_load(&batch->slurm_config, batch->slurm_file, err) ||
        !season_open(&batch->season, &batch->opt, NULL, err) ||
        !season_prepare(&batch->season, err) ||
        !when_apply(&batch->when, &batch->season.competition, err))
        return false;
    batch->season.rules.options.cpu_limit_s = batch->cpu_limit_s;
    if (batch->timing.repeats > 0)
        batch->season.rules.timing = batch->timing;
    if (!gather(batch, err))
        return false;
    bool is_loaded = batch->folder ? load_folder(batch, err) : load_received(batch, err);
    return is_loaded && execute(batch, err) && print_summary(batch, err);
}

static void release(struct batch *batch)
{
    executor_dismiss(batch->crew);
    drift_release(&batch->drift);
    if (batch->folder != NULL) {
        for (size_t i = 0; i < batch->job_count; i++)
            plan_release(&batch->jobs[i].plan);
        free(batch->jobs);
        store_close(batch->store);
    }
    finds_release(&batch->finds);
    dues_release(&batch->dues);
    registry_close(&batch->registry);
    season_close(&batch->season);
    slurm_config_release(&batch->slurm_config);
}

bool cmd_batch(int argc, char **argv, int *status, struct pod_error *err)
{
    struct batch batch = {.folder = NULL};
    opt_parse(&ARGP, argc, argv, &batch);
    bool done = do_batch(&batch, err);
    const struct executor_tally *tally = &batch.tally;
    if (tally->judge_errors + tally->failures > 0 || tally->was_interrupted)
        *status = pod_exit_status(POD_HOST);
    else if (batch.malformed > 0)
        *status = pod_exit_status(POD_ENTRY);
    release(&batch);
    return done;
}
