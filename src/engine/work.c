#include "work.h"

#include "base/fs.h"
#include "executor.h"
#include "job.h"
#include "pipeline.h"
#include "scratch.h"
#include "spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_MAX = 4 << 20 };

struct work {
    struct job job;
    struct scratch scratch;
    struct place place; /* its working folder is the private one */
    struct sb_policy *policy;
    struct rules rules;
    struct case_set *sets;
    struct unpacked unpacked;
    struct plan plan;
    char node[256];
    struct work_tally *tally;
};

static void find_node(struct work *work)
{
    const char *given = getenv("SLURMD_NODENAME");
    if (given != NULL)
        (void)snprintf(work->node, sizeof work->node, "%s", given);
    else if (gethostname(work->node, sizeof work->node - 1) < 0)
        work->node[0] = '\0';
}

/* Checks. */

static bool is_equal(const struct pod_digest *a, const struct pod_digest *b)
{
    return strcmp(a->hex, b->hex) == 0;
}

static bool check_podium(const struct work *work, struct pod_error *err)
{
    if (is_equal(&work->place.self, &work->job.podium))
        return true;
    return pod_fail(err, POD_HOST,
                    "this podium is not the one that made the job (digest %.16s, not "
                    "%.16s): install the same on every node",
                    work->place.self.hex, work->job.podium.hex);
}

static bool open_sets(struct work *work, struct pod_error *err)
{
    work->sets = pod_alloc(work->job.set_count, sizeof *work->sets);
    work->rules.sets = work->sets;
    for (size_t s = 0; s < work->job.set_count; s++) {
        const struct job_set *from = &work->job.sets[s];
        pod_auto_names struct pod_names names = POD_NAMES_INIT;
        for (size_t c = 0; c < from->count; c++)
            pod_names_add(&names, from->cases[c].id);
        const struct case_home home = {from->task, from->split, from->folder, &names};
        struct case_set *set = &work->sets[work->rules.set_count++];
        if (!case_set_open(set, &work->place, &home, err))
            return false;
        if (!is_equal(&set->scorer, &from->scorer))
            return pod_fail(err, POD_HOST,
                            "task '%s' is not the one of the job (digest %.16s, not "
                            "%.16s): install the same on every node",
                            from->task, set->scorer.hex, from->scorer.hex);
    }
    return true;
}

static bool open_entry(struct work *work, struct pod_error *err)
{
    if (!unpack_entry(&work->unpacked, &work->place, work->job.entry, err)) {
        /* It was an entry when the batch read it: what changed since is no fault of it. */
        err->fault = POD_HOST;
        return false;
    }
    if (is_equal(&work->unpacked.digest, &work->job.digest))
        return true;
    return pod_fail(err, POD_HOST, "'%s' is not the entry of the job: it changed meanwhile",
                    work->job.entry);
}

static const struct one_case *find_case(const struct case_set *set, const char *id)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->items[i].id, id) == 0)
            return &set->items[i];
    return NULL;
}

/* The key is worked out again from what is here. What else goes into it has been compared
 * by now, so the words can be few. */
static bool plan_case(struct work *work, const struct pod_digest *common, size_t s,
                      size_t c, struct pod_error *err)
{
    const struct job_case *wanted = &work->job.sets[s].cases[c];
    const struct case_set *set = &work->sets[s];
    const struct one_case *one = find_case(set, wanted->id);
    if (one == NULL)
        return pod_fail(err, POD_HOST, "there is no case '%s' in '%s'", wanted->id,
                        set->folder);
    struct pod_digest key = plan_key(common, work->job.digest.hex, set, one);
    if (!is_equal(&key, &wanted->key))
        return pod_fail(err, POD_HOST,
                        "case '%s' of task '%s' has another key here: the case, the policy "
                        "or the kit is not the one of the job",
                        wanted->id, set->task.id);
    struct plan *plan = &work->plan;
    plan->jobs = pod_grow(plan->jobs, plan->count + 1, sizeof *plan->jobs);
    plan->jobs[plan->count++] = (struct plan_job){.set = set, .one = one, .key = key};
    return true;
}

static bool make_plan(struct work *work, struct pod_error *err)
{
    struct pod_digest common;
    if (!plan_common(&work->rules, &common, err))
        return false;
    for (size_t s = 0; s < work->job.set_count; s++)
        for (size_t c = 0; c < work->job.sets[s].count; c++)
            if (!plan_case(work, &common, s, c, err))
                return false;
    return plan_bind(&work->plan, &work->unpacked.entry, err);
}

/* What is there already is not run again. */
static void drop_present(struct work *work)
{
    struct plan *plan = &work->plan;
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++) {
        pod_auto_free char *path =
            spool_result_path(work->job.spool, plan->jobs[i].key.hex);
        if (pod_path_exists(path))
            work->tally->present++;
        else
            plan->jobs[kept++] = plan->jobs[i];
    }
    plan->count = kept;
}

/* Results. */

/* So that what an entry said is where it is after a batch on one machine. */
static bool keep_file(const char *from, const char *to, const char *name,
                      struct pod_error *err)
{
    pod_auto_free char *source = pod_path_join(from, name);
    pod_auto_free char *target = pod_path_join(to, name);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    if (!pod_path_exists(source))
        return true;
    return pod_file_read(source, LOG_MAX, &text, err) && pod_dir_make(to, err) &&
           pod_file_write(target, text.data, text.length, err);
}

static bool keep_logs(const struct work *work, const struct case_result *result,
                      struct pod_error *err)
{
    const char *home = work->job.run;
    pod_auto_free char *below = pod_strf("cases/%s/%s", result->task, result->case_id);
    pod_auto_free char *from = pod_path_join(work->unpacked.run, below);
    pod_auto_free char *to = pod_path_join(home, below);
    return keep_file(work->unpacked.run, home, "build.log", err) &&
           keep_file(from, to, "log", err) && keep_file(from, to, "scorer.log", err) &&
           keep_file(from, to, "environment.log", err) &&
           keep_file(from, to, "result.json", err);
}

static bool note(struct work *work, enum spool_note_kind kind,
                 const struct case_result *result, struct pod_error *err)
{
    char empty[] = "";
    const struct spool_note note = {
        .kind = kind,
        .key = result->key,
        .node = work->node,
        .message = result->message ? result->message : empty,
    };
    return spool_put_note(work->job.spool, &note, err);
}

static bool take_result(void *context, const struct result_lines *lines,
                        struct pod_error *err)
{
    struct work *work = context;
    const struct case_result *result = lines->result;
    bool is_first = false;
    if (result->verdict == VERDICT_JE) {
        work->tally->judge_errors++;
        return note(work, SPOOL_NOTE_JUDGE_ERROR, result, err);
    }
    if (!spool_commit(work->job.spool, result, &is_first, err))
        return false;
    if (!is_first) {
        work->tally->repeated++;
        return note(work, SPOOL_NOTE_REPEATED, result, err);
    }
    work->tally->committed++;
    /* A full disk must not turn a result that counts into a failure. */
    struct pod_error ignored = POD_ERROR_INIT;
    (void)keep_logs(work, result, &ignored);
    return true;
}

/* One of the processors that Slurm gave, and not the one of another job here. */
static int choose_cpu(unsigned slot)
{
    size_t count = 0;
    int *cpus = executor_cpus(&count);
    int cpu = cpus[slot % count];
    free(cpus);
    return cpu;
}

static bool set_rules(struct work *work, struct pod_error *err)
{
    struct sb_error problem = {SB_OK, ""};
    work->policy = sb_policy_load(work->job.policy, &problem);
    if (work->policy == NULL)
        return pod_fail(err, POD_HOST, "%s", problem.message);
    work->rules.place = &work->place;
    work->rules.timing = work->job.timing;
    work->rules.options = (struct guest_options){
        .cpu = choose_cpu(work->scratch.slot),
        .slot = work->scratch.slot,
        .waived = (unsigned)work->job.waived,
        .policy = work->policy,
        .policy_file = work->job.policy,
        .cpu_limit_s = work->job.cpu_limit_s,
    };
    return true;
}

static bool run(struct work *work, const char *job_file, struct pod_error *err)
{
    if (!job_load(&work->job, job_file, err) || !scratch_open(&work->scratch, err) ||
        !place_init(&work->place, work->job.tasks, work->scratch.folder, err) ||
        !check_podium(work, err) || !set_rules(work, err) || !open_sets(work, err) ||
        !open_entry(work, err) || !make_plan(work, err))
        return false;
    drop_present(work);
    const struct pipeline pipeline = {&work->rules, &work->unpacked, &work->plan,
                                      take_result, work};
    return work->plan.count == 0 || pipeline_run(&pipeline, err);
}

bool work_run(const char *job_file, struct work_tally *tally, struct pod_error *err)
{
    memset(tally, 0, sizeof *tally);
    struct work work = {.tally = tally, .scratch = {.lock_fd = -1, .slot_fd = -1}};
    find_node(&work);
    bool done = run(&work, job_file, err);
    if (!done)
        pod_wrap(err, "node '%s'", work.node);
    plan_release(&work.plan);
    unpacked_release(&work.unpacked);
    for (size_t s = 0; s < work.rules.set_count; s++)
        case_set_release(&work.sets[s]);
    free(work.sets);
    sb_policy_free(work.policy);
    place_release(&work.place);
    scratch_close(&work.scratch);
    job_release(&work.job);
    return done;
}
