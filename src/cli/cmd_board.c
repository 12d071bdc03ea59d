#include "cmd.h"

#include "base/fs.h"
#include "base/log.h"
#include "engine/registry.h"
#include "export.h"
#include "gather.h"
#include "recount.h"
#include "rows.h"
#include "ui.h"
#include "web_page.h"
#include "when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct board_verb {
    struct opt opt; /* first: the argp child fills it */
    struct when when;
    const char *out;
    const char *track;
    const char *site;
    const char *format; /* of another tool; NULL: the table and leaderboard.json */
    const char *team;
    uint64_t replicates;
    struct season season;
    struct registry registry; /* of what was received */
    struct rows rows;
};

enum {
    KEY_TRACK = 0x200,
    KEY_FORMAT,
    KEY_TEAM,
    KEY_REPLICATES,
    KEY_SEED,
    KEY_LADDER,
    KEY_SITE
};

/* The field's usual number: the ends of an interval then move by about a hundredth of it.
 */
enum { REPLICATES = 10000 };

static const struct argp_option OPTIONS[] = {
    {"out", 'o', "FILE", 0, "Write the JSON or the FORMAT here (WORK/leaderboard.json)", 0},
    {"site", KEY_SITE, "FOLDER", 0, "Also write a web page of the board there", 0},
    {"track", KEY_TRACK, "TRACK", 0, "Print only this track", 0},
    {"format", KEY_FORMAT, "FORMAT", 0, "Print one track as another tool wants it", 0},
    {"team", KEY_TEAM, "TEAM", 0, "Whom a FORMAT of one team is about", 0},
    {"replicates", KEY_REPLICATES, "N", 0,
     "Resample the items N times for intervals and ties (10000; 0: not at all)", 0},
    {"draw-seed", KEY_SEED, "HEX", 0, "Resample from this seed (the head of the log)", 0},
    {"ladder", KEY_LADDER, NULL, 0,
     "Announce a score only where it is better by more than noise", 0},
    {0},
};

static bool parse_replicates(const char *text, uint64_t *out)
{
    char *end = NULL;
    *out = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
           (*out == 0 || (*out >= BOARD_REPLICATES_MIN && *out <= BOARD_REPLICATES_MAX));
}

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
    case KEY_FORMAT:
        verb->format = arg;
        return 0;
    case KEY_TEAM:
        verb->team = arg;
        return 0;
    case KEY_REPLICATES:
        if (!parse_replicates(arg, &verb->replicates))
            argp_error(state, "--replicates is 0 or %d to %d, not '%s'",
                       BOARD_REPLICATES_MIN, BOARD_REPLICATES_MAX, arg);
        return 0;
    case KEY_SEED:
        if (strspn(arg, "0123456789abcdef") != strlen(arg) || strlen(arg) != 16)
            argp_error(state, "--draw-seed is 16 hexadecimal digits, not '%s'", arg);
        verb->rows.seed = arg;
        return 0;
    case KEY_LADDER:
        verb->rows.has_ladder = true;
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

/* Puts the list of formats behind the text of --help. */
static char *list_formats(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC || text == NULL)
        return (char *)(uintptr_t)text;
    char *list = pod_strf("%s\n\nFORMAT is one of:", text);
    for (const struct board_format *format = board_formats; format->name; format++) {
        pod_auto_free char *before = list;
        list = pod_strf("%s\n  %-11s %s%s", before, format->name, format->summary,
                        format->is_of_team ? " (with --team)" : "");
    }
    return list;
}

static const struct argp ARGP = {
    .help_filter = list_formats,
    .options = OPTIONS,
    .parser = parse,
    .doc = "Rank what is recorded: print the table and write leaderboard.json."
           "\vThe board is a pure function of the record and the instant --as-of: the same "
           "record gives the same bytes.",
    .children = CHILDREN,
};

static bool add_rows(struct board_verb *verb, struct pod_error *err)
{
    struct registry *registry = &verb->registry;
    const struct gather gather = {&verb->season, registry, &verb->rows};
    if (!registry_look(registry, &verb->season.place, verb->when.as_of, err) ||
        (registry->ledger.is_open &&
         !registry_check(&registry->ledger, &verb->season.competition, err)))
        return false;
    if (registry->ledger.is_open && verb->when.deadline_text == NULL)
        verb->season.competition.deadline = registry->ledger.deadline;
    return gather_rows(&gather, err);
}

/* What the board can be made again from; see recount.h. Not of one that hides what its rows
 * have to tell. */
static bool write_records(const struct board_verb *verb, struct pod_error *err)
{
    const struct board_input *input = &verb->rows.input;
    pod_auto_free char *path = pod_path_join(verb->season.place.work, PUBLISHED_RECORDS);
    if (verb->rows.ledger == NULL || input->competition.is_rounded ||
        input->competition.has_ladder)
        return unlink(path) == 0 || errno == ENOENT ||
               pod_fail_errno(err, POD_HOST, "cannot remove '%s'", path);
    return recount_write_records(input, path, err);
}

static bool write_board(const struct board_verb *verb, const char *text,
                        struct pod_error *err)
{
    pod_auto_free char *beside = pod_path_join(verb->season.place.work, "leaderboard.json");
    const char *path = verb->out ? verb->out : beside;
    if (!pod_file_write(path, text, strlen(text), err) ||
        (verb->out == NULL && !write_records(verb, err)))
        return false;
    if (!verb->opt.is_json)
        printf("\nwritten to %s\n", path);
    if (verb->site == NULL)
        return true;
    if (!web_page_write(&verb->season.place, verb->site, text, err))
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

/* One track in another tool's format, to standard output or a file. */
static bool export_board(const struct board_verb *verb, const struct board *board,
                         struct pod_error *err)
{
    const struct board_export what = {verb->format, verb->track, verb->team};
    struct board_error problem = {""};
    pod_auto_free char *text = board_export(board, &what, &problem);
    if (text == NULL)
        return pod_fail(err, POD_USAGE, "%s", problem.message);
    if (verb->out != NULL)
        return pod_file_write(verb->out, text, strlen(text), err);
    fputs(text, stdout);
    return true;
}

static bool show_board(const struct board_verb *verb, const struct board *board,
                       struct pod_error *err)
{
    if (verb->format != NULL)
        return export_board(verb, board, err);
    pod_auto_free char *text = board_to_json(board);
    return print_board(verb, board, text, err) && write_board(verb, text, err);
}

static bool check_words(const struct board_verb *verb, struct pod_error *err)
{
    if (verb->format == NULL && verb->team != NULL)
        return pod_fail(err, POD_USAGE, "--team '%s' needs a --format", verb->team);
    if (verb->format != NULL && verb->opt.is_json)
        return pod_fail(err, POD_USAGE, "--json and --format '%s': choose one",
                        verb->format);
    if (verb->format != NULL && verb->site != NULL)
        return pod_fail(err, POD_USAGE, "--site and --format '%s': choose one",
                        verb->format);
    return true;
}

static struct board *rank(struct board_verb *verb, struct pod_error *err)
{
    return rows_board(&verb->rows, &verb->season, verb->when.as_of, err);
}

/* Items are read for what is ranked, so it takes a board to make the board. */
static struct board *make_board(struct board_verb *verb, struct pod_error *err)
{
    const struct gather gather = {&verb->season, &verb->registry, &verb->rows};
    struct board *board = rank(verb, err);
    if (board == NULL || verb->replicates == 0 || verb->format != NULL)
        return board;
    bool done = gather_items(&gather, board, err);
    board_free(board);
    verb->rows.replicates = verb->replicates;
    return done ? rank(verb, err) : NULL;
}

static bool do_board(struct board_verb *verb, struct pod_error *err)
{
    verb->opt.is_reader = true;
    if (!check_words(verb, err) || !season_open(&verb->season, &verb->opt, NULL, err) ||
        !when_apply(&verb->when, &verb->season.competition, err))
        return false;
    pod_auto_free char *path = place_store(&verb->season.place);
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "nothing is recorded in '%s': run podium batch",
                        verb->season.place.work);
    if (!add_rows(verb, err))
        return false;
    struct board *board = make_board(verb, err);
    if (board == NULL)
        return false;
    bool done = show_board(verb, board, err);
    board_free(board);
    return done;
}

bool cmd_board(int argc, char **argv, int *status, struct pod_error *err)
{
    struct board_verb verb = {.replicates = REPLICATES};
    rows_init(&verb.rows);
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_board(&verb, err);
    *status = 0;
    rows_release(&verb.rows);
    registry_close(&verb.registry);
    season_close(&verb.season);
    return done;
}
