/* The verbs that put one event of the organizer's into the log: extend, grace, seal,
 * select, disqualify, reinstate, withdraw, excuse, merge. A table: words in, fields of the
 * event out.
 */
#include "cmd.h"

#include "base/fs.h"
#include "base/log.h"
#include "engine/intake.h"
#include "engine/unpack.h"
#include "model/name.h"
#include "season.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct event_verb;

struct deed {
    const char *verb;
    enum event_kind kind;
    size_t min_words, max_words;
    const char *args;
    const char *doc;
    bool (*fill)(struct event_verb *verb, struct event *event, struct pod_error *err);
};

struct event_verb {
    struct opt opt; /* first: the argp child fills it */
    const char *reason;
    const char *team;
    const struct deed *deed;
    struct pod_names words;
    struct season season;
    struct registry registry;
};

/* What the log can hold, and how long a grace can be: a year. */
static const int64_t ENTRY_MAX = INT64_C(1) << 53, GRACE_MAX_S = 31536000;

static bool read_number(const char *text, const char *what, int64_t most, int64_t *out,
                        struct pod_error *err)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *out = value;
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value <= most)
        return true;
    pod_auto_free char *shown = pod_str_shown(text, 60);
    return pod_fail(err, POD_USAGE, "%s: expected a number up to %lld, not '%s'", what,
                    (long long)most, shown);
}

static bool fill_extend(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    struct deadline_rule rule;
    if (!deadline_rule_parse(verb->words.items[0], &rule, err))
        return false;
    event_set_text(event, EVENT_deadline, rule.text);
    event_set_number(event, EVENT_instant, rule.instant);
    return true;
}

static bool fill_grace(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    int64_t seconds = 0;
    if (!read_number(verb->words.items[0], "seconds of grace", GRACE_MAX_S, &seconds, err))
        return false;
    event_set_number(event, EVENT_grace_s, seconds);
    return true;
}

/* Digest of what will be uploaded: told, or worked out as the intake will. */
static bool find_digest(struct event_verb *verb, char hex[POD_DIGEST_HEX],
                        struct pod_error *err)
{
    const char *word = verb->words.items[0];
    struct pod_error none = POD_ERROR_INIT;
    if (name_check_hex(word, "digest", POD_USAGE, &none)) {
        memcpy(hex, word, POD_DIGEST_HEX);
        return true;
    }
    if (!pod_path_is_dir(word))
        return pod_fail(err, POD_USAGE,
                        "'%s' is neither a folder nor a digest of 64 hex digits", word);
    struct unpacked unpacked;
    bool done = unpack_entry(&unpacked, &verb->season.place, word, err);
    if (done && strcmp(unpacked.entry.team, verb->team) != 0)
        done = pod_fail(err, POD_ENTRY, "the entry is of team \"%s\"", unpacked.entry.team);
    if (done)
        memcpy(hex, unpacked.digest.hex, POD_DIGEST_HEX);
    unpacked_release(&unpacked);
    return done;
}

static bool fill_seal(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    char hex[POD_DIGEST_HEX];
    if (verb->team == NULL)
        return pod_fail(err, POD_USAGE, "podium seal needs --team: whose entry it will be");
    if (!name_check(verb->team, NAME_TEAM_MAX, "--team", POD_USAGE, err) ||
        !find_digest(verb, hex, err))
        return false;
    event_set_text(event, EVENT_team, verb->team);
    event_set_text(event, EVENT_digest, hex);
    return true;
}

/* It goes into the event as it is, before the ledger says whether there is such a team. */
static bool set_team(struct event *event, enum event_field field, const char *team,
                     struct pod_error *err)
{
    if (!name_check(team, NAME_TEAM_MAX, "team", POD_USAGE, err))
        return false;
    event_set_text(event, field, team);
    return true;
}

static bool fill_select(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    if (!set_team(event, EVENT_team, verb->words.items[0], err))
        return false;
    event_set_list(event, EVENT_entries);
    if (verb->words.count - 1 > EVENT_LIST_MAX)
        return pod_fail(err, POD_USAGE, "at most %d entries", EVENT_LIST_MAX);
    for (size_t i = 1; i < verb->words.count; i++) {
        int64_t entry = 0;
        if (!read_number(verb->words.items[i], "entry", ENTRY_MAX, &entry, err))
            return false;
        event_add_number(event, EVENT_entries, entry);
    }
    return true;
}

static bool fill_entry(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    int64_t entry = 0;
    if (!read_number(verb->words.items[0], "entry", ENTRY_MAX, &entry, err))
        return false;
    event_set_number(event, EVENT_entry, entry);
    return true;
}

static bool fill_who(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    if ((verb->team != NULL) == (verb->words.count == 1))
        return pod_fail(err, POD_USAGE,
                        "--team TEAM or the number of an entry, one of them");
    return verb->team != NULL ? set_team(event, EVENT_team, verb->team, err)
                              : fill_entry(verb, event, err);
}

static bool fill_merge(struct event_verb *verb, struct event *event, struct pod_error *err)
{
    return set_team(event, EVENT_team, verb->words.items[0], err) &&
           set_team(event, EVENT_into, verb->words.items[1], err);
}

static const struct deed DEEDS[] = {
    {"extend", EVENT_EXTENDED, 1, 1, "WHEN",
     "Move the deadline: \"2023-11-19 AoE\" or RFC 3339. The board shows the history; a "
     "deadline is never shortened.",
     fill_extend},
    {"grace", EVENT_GRACED, 1, 1, "SECONDS",
     "Give uploads of entries that were sealed before the deadline so much time after it.",
     fill_grace},
    {"seal", EVENT_SEALED, 1, 1, "ENTRY|DIGEST",
     "Register what will be uploaded within the grace period. It is charged to the quota "
     "now, and its upload is not. Prints the receipt.",
     fill_seal},
    {"select", EVENT_SELECTED, 1, EVENT_LIST_MAX + 1, "TEAM [NUMBER...]",
     "Say which entries of a team count in the end; it replaces what was said before, none "
     "takes it back. After the deadline it needs a reason.",
     fill_select},
    {"disqualify", EVENT_DISQUALIFIED, 0, 1, "[NUMBER]",
     "Take a team (--team) or one entry out of the ranking.", fill_who},
    {"reinstate", EVENT_REINSTATED, 0, 1, "[NUMBER]", "Take that back.", fill_who},
    {"withdraw", EVENT_WITHDRAWN, 1, 1, "NUMBER",
     "Take an entry back for its team. It stays on record and gives no quota back.",
     fill_entry},
    {"excuse", EVENT_EXCUSED, 1, 1, "NUMBER",
     "Give an entry's charge to the quota back: for a fault of the judge's.", fill_entry},
    {"merge", EVENT_MERGED, 2, 2, "TEAM INTO",
     "Make a team part of another from now on: entries, quota and selections are the "
     "other's.",
     fill_merge},
};

enum { KEY_REASON = 0x200, KEY_TEAM };

static const struct argp_option OPTIONS[] = {
    {"reason", KEY_REASON, "TEXT", 0, "Why, for the log and for people", 0},
    {"team", KEY_TEAM, "TEAM", 0, "Which team", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct event_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_REASON:
        verb->reason = arg;
        return 0;
    case KEY_TEAM:
        verb->team = arg;
        return 0;
    case ARGP_KEY_ARG:
        pod_names_add(&verb->words, arg);
        return 0;
    case ARGP_KEY_END:
        if (verb->words.count < verb->deed->min_words ||
            verb->words.count > verb->deed->max_words)
            argp_error(state, "expected: %s", verb->deed->args);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static bool check_reason(const struct event_verb *verb, struct event *event,
                         struct pod_error *err)
{
    if (verb->reason != NULL &&
        !name_check(verb->reason, EVENT_TEXT_MAX / 4, "--reason", POD_USAGE, err))
        return false;
    event_set_text(event, EVENT_reason,
                   verb->deed->kind == EVENT_SEALED ? NULL : verb->reason);
    return verb->reason != NULL || verb->deed->kind == EVENT_SEALED ||
           verb->deed->kind == EVENT_SELECTED ||
           pod_fail(err, POD_USAGE, "podium %s needs --reason", verb->deed->verb);
}

/* As for an arrival: whoever sealed can show it. */
static bool make_receipt(const struct event_verb *verb, struct pod_error *err)
{
    const struct intake intake = {.registry = (struct registry *)(uintptr_t)&verb->registry,
                                  .place = &verb->season.place};
    return intake_tidy(&intake, err);
}

static void print_seal(const struct event_verb *verb, const struct event *event)
{
    pod_auto_free char *receipts = place_receipts(&verb->season.place);
    printf("sealed as number %lld; receipt: %s/%06lld.json\n", (long long)event->seq,
           receipts, (long long)event->seq);
}

static bool print_done(const struct event_verb *verb, const struct event *event,
                       struct pod_error *err)
{
    pod_auto_free char *line = event_print(event, err);
    if (line == NULL || (event->kind == EVENT_SEALED && !make_receipt(verb, err)))
        return false;
    if (verb->opt.is_json)
        puts(line);
    else if (event->kind == EVENT_SEALED)
        print_seal(verb, event);
    else
        printf("%s: event %lld, log head %s\n", event_kind_text(event->kind),
               (long long)event->seq, verb->registry.ledger.head.hex);
    return true;
}

static bool do_event(struct event_verb *verb, struct pod_error *err)
{
    event_auto struct event event;
    event_init(&event, verb->deed->kind);
    return check_reason(verb, &event, err) &&
           season_open_rules(&verb->season, &verb->opt, err) &&
           verb->deed->fill(verb, &event, err) &&
           registry_open(&verb->registry, &verb->season.place, &verb->season.competition,
                         err) &&
           registry_append(&verb->registry, &event, err) && print_done(verb, &event, err);
}

/* argv[0] is "podium VERB", see main. */
static const struct deed *find_deed(const char *name)
{
    const char *space = strchr(name, ' ');
    for (size_t i = 0; space != NULL && i < sizeof DEEDS / sizeof *DEEDS; i++)
        if (strcmp(DEEDS[i].verb, space + 1) == 0)
            return &DEEDS[i];
    return NULL;
}

bool cmd_event(int argc, char **argv, int *status, struct pod_error *err)
{
    struct event_verb verb = {.deed = find_deed(argv[0])};
    if (verb.deed == NULL)
        return pod_fail(err, POD_BUG, "'%s' is no verb of the log", argv[0]);
    const struct argp argp = {.options = OPTIONS,
                              .parser = parse,
                              .args_doc = verb.deed->args,
                              .doc = verb.deed->doc,
                              .children = CHILDREN};
    opt_parse(&argp, argc, argv, &verb);
    bool done = do_event(&verb, err);
    *status = 0;
    registry_close(&verb.registry);
    pod_names_release(&verb.words);
    season_close(&verb.season);
    return done;
}
