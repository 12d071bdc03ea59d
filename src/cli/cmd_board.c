#include "cmd.h"

#include "base/fs.h"
#include "base/log.h"
#include "dues.h"
#include "engine/registry.h"
#include "rows.h"
#include "site.h"
#include "ui.h"
#include "when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct board_verb {
    struct opt opt; /* first: the argp child fills it */
    struct when when;
    const char *out;
    const char *track;
    const char *site;
    struct season season;
    struct registry
        registry; /* of what was received; its store is NULL where nothing was */
    struct store *store;
    struct rows rows;
};

enum { KEY_TRACK = 0x200, KEY_SITE };

static const struct argp_option OPTIONS[] = {
    {"out", 'o', "FILE", 0, "Write the JSON here (WORK/leaderboard.json)", 0},
    {"site", KEY_SITE, "FOLDER", 0, "Also write a web page of the board there", 0},
    {"track", KEY_TRACK, "TRACK", 0, "Print only this track", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct board_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        state->child_inputs[1] = &verb->when;
        return 0;
    case 'o':
        verb->out = arg;
        return 0;
    case KEY_TRACK:
        verb->track = arg;
        return 0;
    case KEY_SITE:
        verb->site = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no arguments are taken, only options");
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
    .doc = "Rank what is recorded: print the table and write leaderboard.json."
           "\vThe board is a pure function of the record and the instant --as-of: the same "
           "record gives the same bytes.",
    .children = CHILDREN,
};

struct cases_seen {
    struct board_verb *verb;
    size_t count;
};

static bool add_case(void *context, const char *task, const char *case_id,
                     const struct case_result *result, struct pod_error *err)
{
    (void)task;
    (void)case_id;
    (void)err;
    struct cases_seen *seen = context;
    rows_add_result(&seen->verb->rows, result);
    seen->count++;
    return true;
}

/* Results for exactly the cases that this board is about: those of another split, policy or
 * of the task as it was, are not shown under this one's name; the entry is pending then. */
static bool add_set(struct board_verb *verb, const struct case_set *set, const char *digest,
                    struct pod_error *err)
{
    struct pod_digest scope;
    struct cases_seen seen = {verb, 0};
    if (!plan_scope(&verb->season.rules, set, &scope, err))
        return false;
    const struct due_set due = {.digest = digest, .set_key = scope.hex};
    if (!store_each_case(verb->store, &due, add_case, &seen, err))
        return false;
    if (seen.count == 0)
        rows_add_result(&verb->rows, NULL);
    return true;
}

static bool add_received(struct board_verb *verb, struct pod_error *err)
{
    const struct ledger *ledger = &verb->registry.ledger;
    verb->rows.ledger = ledger;
    for (size_t i = 0; i < ledger->entry_count; i++) {
        rows_add_entry(&verb->rows, i, season_is_final(&verb->season));
        for (size_t s = 0; s < verb->season.set_count; s++) {
            const struct case_set *set = &verb->season.sets[s];
            if (dues_plays(&ledger->entries[i], set->task.id) &&
                !add_set(verb, set, ledger->entries[i].digest, err))
                return false;
        }
    }
    return true;
}

static bool plays(const struct submission *submission, const char *task)
{
    pod_auto_free char *word = pod_strf("%s ", task);
    const char *at = submission->tasks ? strstr(submission->tasks, word) : NULL;
    return at != NULL && (at == submission->tasks || at[-1] == ' ');
}

static bool add_submission(void *context, const struct submission *submission,
                           struct pod_error *err)
{
    struct board_verb *verb = context;
    rows_add(&verb->rows, submission);
    if (submission->problem != NULL)
        return true;
    for (size_t i = 0; i < verb->season.set_count; i++)
        if (plays(submission, verb->season.sets[i].task.id) &&
            !add_set(verb, &verb->season.sets[i], submission->digest, err))
            return false;
    return true;
}

/* What was received, if anything was; else what a batch found in a folder. */
static bool add_rows(struct board_verb *verb, struct pod_error *err)
{
    struct registry *registry = &verb->registry;
    if (!registry_look(registry, &verb->season.place, verb->when.as_of, err))
        return false;
    verb->store = registry->store;
    if (!registry->ledger.is_open)
        return store_each_submission(verb->store, add_submission, verb, err);
    if (!registry_check(&registry->ledger, &verb->season.competition, err))
        return false;
    if (verb->when.deadline_text == NULL)
        verb->season.competition.deadline = registry->ledger.deadline;
    return add_received(verb, err);
}

static bool write_board(const struct board_verb *verb, const char *text,
                        struct pod_error *err)
{
    pod_auto_free char *beside = pod_path_join(verb->season.place.work, "leaderboard.json");
    const char *path = verb->out ? verb->out : beside;
    if (!pod_file_write(path, text, strlen(text), err))
        return false;
    if (!verb->opt.is_json)
        printf("\nwritten to %s\n", path);
    if (verb->site == NULL)
        return true;
    if (!site_write(&verb->season.place, verb->site, text, err))
        return false;
    if (!verb->opt.is_json)
        printf("page written to %s/index.html\n", verb->site);
    return true;
}

static bool print_board(const struct board_verb *verb, const struct board *board,
                        const char *text, struct pod_error *err)
{
    if (verb->opt.is_json) {
        fputs(text, stdout);
        return true;
    }
    struct ui ui;
    ui_init(&ui, stdout);
    const struct board_view view = {ui.columns, ui.is_terminal, verb->track};
    errno = 0;
    if (board_print(board, &view, stdout))
        return true;
    if (errno == 0)
        return pod_fail(err, POD_USAGE, "no track '%s'", verb->track);
    return pod_fail_errno(err, POD_HOST, "cannot print the board");
}

static bool do_board(struct board_verb *verb, struct pod_error *err)
{
    verb->opt.is_reader = true;
    if (!season_open(&verb->season, &verb->opt, NULL, err) ||
        !when_apply(&verb->when, &verb->season.competition, err))
        return false;
    pod_auto_free char *path = place_store(&verb->season.place);
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "nothing is recorded in '%s': run podium batch",
                        verb->season.place.work);
    if (!add_rows(verb, err))
        return false;
    struct board *board = rows_board(&verb->rows, &verb->season, verb->when.as_of, err);
    if (board == NULL)
        return false;
    pod_auto_free char *text = board_to_json(board);
    bool done = print_board(verb, board, text, err) && write_board(verb, text, err);
    board_free(board);
    return done;
}

bool cmd_board(int argc, char **argv, int *status, struct pod_error *err)
{
    struct board_verb verb = {.out = NULL};
    rows_init(&verb.rows);
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_board(&verb, err);
    *status = 0;
    rows_release(&verb.rows);
    registry_close(&verb.registry);
    season_close(&verb.season);
    return done;
}
