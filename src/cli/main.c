#include "cmd.h"

#include "base/log.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct verb {
    const char *name;
    const char *summary;
    bool (*run)(int argc, char **argv, int *status, struct pod_error *err);
} VERBS[] = {
    {"run", "run one entry here, as the judge does it", cmd_run},
    {"score", "score a file of predictions without running anything", cmd_score},
    {"intake", "receive entries: stamp, record, sign a receipt", cmd_intake},
    {"batch", "run every entry below a folder, each case once", cmd_batch},
    {"rejudge", "judge again beside what stands, and show what would change", cmd_rejudge},
    {"board", "print the ranked table and write leaderboard.json", cmd_board},
    {"publish", "bring the board to where people read it", cmd_publish},
    {"log", "print the log of all that was received and decided", cmd_log},
    {"verify", "check a log or a receipt, with nothing but the file", cmd_verify},
    {"audit", "go through the record and say what to look at", cmd_audit},
    {"extend", "move the deadline", cmd_event},
    {"grace", "give uploads of sealed entries time after the deadline", cmd_event},
    {"seal", "register the digest of an entry before its upload", cmd_event},
    {"select", "say which entries of a team count in the end", cmd_event},
    {"disqualify", "take a team or an entry out of the ranking", cmd_event},
    {"reinstate", "take that back", cmd_event},
    {"withdraw", "take an entry back for its team", cmd_event},
    {"excuse", "give a charge to the quota back", cmd_event},
    {"merge", "make a team part of another", cmd_event},
    {"task", "list, generate, import and check tasks", cmd_task},
    {"work", "run one job of a batch on a cluster's node", cmd_work},
    {"doctor", "say what this machine can and cannot do", cmd_doctor},
};

enum { VERB_COUNT = sizeof VERBS / sizeof VERBS[0] };

static void print_help(FILE *out)
{
    fprintf(out, "usage: podium VERB [OPTION...] [ARGUMENT...]\n\n");
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-10s %s\n", VERBS[i].name, VERBS[i].summary);
    fprintf(out, "\npodium VERB --help tells the options of a verb.\n"
                 "Exit status: 0 scored, 1 the entry's fault, 2 usage, 3 host or task, "
                 "4 a bug of podium.\n");
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(VERBS[i].name, name) == 0)
            return &VERBS[i];
    return NULL;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
    /* argp prints argv[0] in its messages. */
    char name[32];
    (void)snprintf(name, sizeof name, "podium %s", verb->name);
    argv[0] = name;
    struct pod_error err = POD_ERROR_INIT;
    int status = 0;
    if (!verb->run(argc, argv, &status, &err)) {
        pod_log("%s", err.message);
        status = pod_exit_status(err.fault == POD_OK ? POD_BUG : err.fault);
    }
    return status;
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    pod_log("cannot write to standard output");
    return status ? status : pod_exit_status(POD_HOST);
}

int main(int argc, char **argv)
{
    argp_err_exit_status = pod_exit_status(POD_USAGE);
    /* Runs and cases must be readable for the private uids of sandboxes. */
    umask(022);
    if (argc < 2) {
        print_help(stderr);
        return pod_exit_status(POD_USAGE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return finish(0);
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("podium " PODIUM_VERSION);
        return finish(0);
    }
    const struct verb *verb = find_verb(argv[1]);
    if (verb == NULL) {
        pod_log("no verb '%s': see podium --help", argv[1]);
        return pod_exit_status(POD_USAGE);
    }
    return finish(run_verb(verb, argc - 1, argv + 1));
}
