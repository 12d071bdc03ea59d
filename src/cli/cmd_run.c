#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "engine/executor.h"
#include "engine/pipeline.h"
#include "rows.h"
#include "season.h"
#include "ui.h"

#include <stdlib.h>
#include <string.h>

struct run {
    struct opt opt; /* first: the argp child fills it */
    const char *entry;
    const char *task;
    struct timing_plan timing;
    struct season season;
    struct unpacked unpacked;
    struct plan plan;
    struct rows rows;
    struct ui ui;
    json_t *results;
    int status;
};

enum { KEY_TASK = 't', KEY_REPEATS = 'r' };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct run *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->opt;
        return 0;
    case KEY_TASK:
        run->task = arg;
        return 0;
    case KEY_REPEATS:
        opt_repeats(arg, state, &run->timing);
        return 0;
    case ARGP_KEY_ARG:
        if (run->entry != NULL)
            argp_error(state, "one entry at a time; podium batch takes a folder of them");
        run->entry = arg;
        return 0;
    case ARGP_KEY_END:
        if (run->entry == NULL)
            argp_error(state, "which entry?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option OPTIONS[] = {
    {"task", KEY_TASK, "TASK", 0,
     "Only this task, which need not be one of the competition", 0},
    {"repeats", KEY_REPEATS, "N", 0,
     "Run each case N times beside the reference workload and tell the median (1)", 0},
    {0},
};

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "ENTRY",
    .doc = "Build the entry in the folder ENTRY and run it on every case, in the judge's "
           "sandbox with the judge's limits, and score it."
           "\vLogs, outputs and results are kept in WORK/runs; podium says where.",
    .children = CHILDREN,
};

static bool take_result(void *context, const struct result_lines *lines,
                        struct pod_error *err)
{
    struct run *run = context;
    const struct case_result *result = lines->result;
    int status = verdict_exit_status(result->verdict);
    if (status > run->status)
        run->status = status;
    rows_add_result(&run->rows, result);
    if (!run->opt.is_json) {
        ui_case(&run->ui, result);
        return fflush(stdout) == 0 ||
               pod_fail_errno(err, POD_HOST, "cannot write to standard output");
    }
    json_t *value = case_result_to_json(result, err);
    return value != NULL && (json_array_append_new(run->results, value) == 0 ||
                             pod_fail(err, POD_HOST, "out of memory"));
}

static bool run_all(struct run *run, struct pod_error *err)
{
    struct guest_options *options = &run->season.rules.options;
    size_t cpu_count = 0;
    int *cpus = executor_cpus(&cpu_count);
    options->cpu = cpus[cpu_count - 1]; /* the first one takes most interrupts */
    free(cpus);
    struct submission submission = {
        .team = run->unpacked.entry.team,
        .name = run->unpacked.entry.name,
        .digest = run->unpacked.digest.hex,
    };
    rows_add(&run->rows, &submission);
    if (!run->opt.is_json) {
        printf("%s (%s), digest %.16s, runs in %s\n\n", run->unpacked.entry.name,
               run->unpacked.entry.team, run->unpacked.digest.hex, run->unpacked.run);
        ui_case_heading(&run->ui);
    }
    const struct pipeline pipeline = {&run->season.rules, &run->unpacked, &run->plan,
                                      take_result, run};
    return pipeline_run(&pipeline, err);
}

static bool print_total(struct run *run, struct pod_error *err)
{
    bool is_practice = run->task != NULL && !season_plays(&run->season, run->task);
    pod_auto_json json_t *tracks =
        is_practice ? json_array()
                    : rows_tracks(&run->rows, &run->season, pod_instant_now(), err);
    if (tracks == NULL)
        return false;
    if (!run->opt.is_json) {
        rows_print_scores(tracks);
        return true;
    }
    pod_auto_json json_t *all =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:O, s:O}", "schema", "podium.run/1", "entry",
                  run->unpacked.entry.name, "team", run->unpacked.entry.team, "digest",
                  run->unpacked.digest.hex, "run", run->unpacked.run, "results",
                  run->results, "tracks", tracks);
    if (all == NULL)
        return pod_fail(err, POD_BUG, "cannot print the run as JSON");
    pod_auto_free char *text = pod_json_print(all);
    fputs(text, stdout);
    return true;
}

/* A task of the entry that the competition does not have is not an error: the same entry
 * may play elsewhere. But its author will want to know. */
static void warn_of_strangers(const struct run *run)
{
    const struct entry *entry = &run->unpacked.entry;
    for (size_t i = 0; i < entry->task_count; i++) {
        bool is_known = run->task != NULL;
        for (size_t s = 0; s < run->season.set_count; s++)
            is_known |= strcmp(entry->tasks[i].id, run->season.sets[s].task.id) == 0;
        if (!is_known)
            pod_log("entry '%s' also plays '%s', which this competition does not have",
                    entry->name, entry->tasks[i].id);
    }
}

/* A task by its name need not be one of the competition: its author, or an entry's, tries
 * it. */
static bool open_season(struct run *run, struct pod_error *err)
{
    struct season *season = &run->season;
    if (!season_open_rules(season, &run->opt, err))
        return false;
    pod_auto_free char *folder =
        pod_path_join(season->place.tasks, run->task ? run->task : "");
    bool is_a_task =
        run->task != NULL && strchr(run->task, '/') == NULL && pod_path_is_dir(folder);
    if (is_a_task && !season_plays(season, run->task))
        return season_add_task(season, &run->opt, run->task, err) != NULL;
    return season_add_tracks(season, &run->opt, run->task, err);
}

static bool do_run(struct run *run, struct pod_error *err)
{
    if (!open_season(run, err) || !season_prepare(&run->season, err) ||
        !unpack_entry(&run->unpacked, &run->season.place, run->entry, err) ||
        !plan_entry(&run->plan, &run->season.rules, &run->unpacked, err))
        return false;
    run->season.rules.timing = run->timing;
    warn_of_strangers(run);
    return run_all(run, err) && print_total(run, err);
}

bool cmd_run(int argc, char **argv, int *status, struct pod_error *err)
{
    struct run run = {.results = json_array()};
    ui_init(&run.ui, stdout);
    rows_init(&run.rows);
    opt_parse(&ARGP, argc, argv, &run);
    bool done = do_run(&run, err);
    *status = run.status;
    json_decref(run.results);
    rows_release(&run.rows);
    plan_release(&run.plan);
    unpacked_release(&run.unpacked);
    season_close(&run.season);
    return done;
}
