#include "cmd.h"

#include "base/log.h"
#include "engine/work.h"

#include <argp.h>

struct work_words {
    const char *job_file;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct work_words *words = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (words->job_file != NULL)
            argp_error(state, "one job file at a time");
        words->job_file = arg;
        return 0;
    case ARGP_KEY_END:
        if (words->job_file == NULL)
            argp_error(state, "which job file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp ARGP = {
    .parser = parse,
    .args_doc = "JOBFILE",
    .doc = "Run the cases in JOBFILE, which `podium batch --executor slurm' wrote, and "
           "commit each result to the shared folder. Meant for the nodes of a cluster; by "
           "hand it does the same."
           "\vRefuses a job that another podium, task, policy or entry than the one here "
           "was planned with. A case with a result is not run again.",
};

bool cmd_work(int argc, char **argv, int *status, struct pod_error *err)
{
    struct work_words words = {NULL};
    struct work_tally tally;
    argp_parse(&ARGP, argc, argv, 0, NULL, &words);
    bool done = work_run(words.job_file, &tally, err);
    if (tally.committed + tally.present + tally.repeated + tally.judge_errors > 0)
        pod_log("%zu results, %zu were there, %zu came second, %zu judge errors",
                tally.committed, tally.present, tally.repeated, tally.judge_errors);
    if (tally.judge_errors > 0)
        *status = pod_exit_status(POD_HOST);
    return done;
}
