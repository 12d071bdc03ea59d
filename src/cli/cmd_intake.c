#include "cmd.h"

#include "base/json.h"
#include "base/log.h"
#include "engine/intake.h"
#include "model/competition.h"
#include "model/name.h"
#include "season.h"
#include "sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct intake_verb {
    struct opt opt; /* first: the argp child fills it */
    const char *team;
    const char *stamped_by;
    const char *manifest;
    bool is_now;
    struct fetch_options fetch;
    bool has_bar; /* standard error is a terminal */
    struct pod_names words;
    struct season season;
    struct registry registry;
    struct sources sources;
    size_t received, there, refused;
    json_t *told;
};

enum {
    KEY_TEAM = 0x200,
    KEY_STAMPED_BY,
    KEY_NOW,
    KEY_MANIFEST,
    KEY_CA,
    KEY_FILE,
    KEY_PRIVATE
};

static const struct argp_option OPTIONS[] = {
    {"team", KEY_TEAM, "TEAM", 0, "Who hands it in: an entry of another team is refused",
     0},
    {"stamped-by", KEY_STAMPED_BY, "WHO", 0,
     "Take the instants of DIR/received.json, which WHO set; the log says so", 0},
    {"manifest", KEY_MANIFEST, "FILE", 0,
     "Fetch what this list names, a line of JSON for each (podium-entry(5))", 0},
    {"ca", KEY_CA, "FILE", 0, "Certificates to trust, instead of the system's", 0},
    {"allow-file", KEY_FILE, NULL, 0, "Let a manifest name file: addresses", 0},
    {"allow-private", KEY_PRIVATE, NULL, 0,
     "Let it reach addresses of this host and its network", 0},
    {"now", KEY_NOW, NULL, 0, "Pass over a received.json: they arrive now", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct intake_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_TEAM:
        verb->team = arg;
        return 0;
    case KEY_STAMPED_BY:
        verb->stamped_by = arg;
        return 0;
    case KEY_NOW:
        verb->is_now = true;
        return 0;
    case KEY_MANIFEST:
        verb->manifest = arg;
        return 0;
    case KEY_CA:
        verb->fetch.ca_file = arg;
        return 0;
    case KEY_FILE:
        verb->fetch.allows_file = true;
        return 0;
    case KEY_PRIVATE:
        verb->fetch.allows_private = true;
        return 0;
    case ARGP_KEY_ARG:
        pod_names_add(&verb->words, arg);
        return 0;
    case ARGP_KEY_END:
        if ((verb->words.count == 0) == (verb->manifest == NULL))
            argp_error(state, "which entry, archive or folder of them? Or --manifest");
        if (verb->stamped_by != NULL && verb->is_now)
            argp_error(state, "--stamped-by or --now, one of them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "[SOURCE...]",
    .doc =
        "Receive entries: keep the body, set its instant of arrival, sign a receipt. "
        "SOURCE is an entry's folder, an archive (tar, zip), or a folder of such."
        "\vThe first intake opens the competition: it makes the organizer's key in the "
        "working folder, which signs all receipts. Keep a copy of it. Late entries and "
        "those over the quota are kept and stand unranked. Exit status 1: one was refused.",
    .children = CHILDREN,
};

static json_t *as_json(const struct intake_report *told, int64_t left)
{
    char instant[POD_INSTANT_TEXT] = "";
    if (told->problem == NULL)
        pod_instant_format(told->received_at, instant);
    json_t *value =
        told->problem != NULL
            ? json_pack("{s:s, s:s}", "origin", told->item->origin, "refused",
                        told->problem)
            : json_pack("{s:s, s:I, s:b, s:s, s:s, s:s, s:s, s:s?, s:s?}", "origin",
                        told->item->origin, "seq", (json_int_t)told->seq, "was_there",
                        told->was_there, "team", told->team, "name", told->name, "digest",
                        told->digest, "received_at", instant, "unranked",
                        told->standing_reason, "note", told->note);
    if (value == NULL ||
        (left >= 0 && json_object_set_new(value, "left_that_day", json_integer(left)) != 0))
        pod_out_of_memory();
    return value;
}

static void print(const struct intake_report *told, int64_t left)
{
    char instant[POD_INSTANT_TEXT];
    if (told->problem != NULL) {
        printf("refused  %s: %s\n", told->item->origin, told->problem);
        return;
    }
    pod_instant_format(told->received_at, instant);
    printf("%7lld  %s  %.12s  \"%s\" of \"%s\"%s%s%s%s%s", (long long)told->seq, instant,
           told->digest, told->name, told->team,
           told->was_there ? ": was received before, nothing is charged" : "",
           told->standing_reason ? ": unranked: " : "",
           told->standing_reason ? told->standing_reason : "", told->note ? "; note: " : "",
           told->note ? told->note : "");
    if (left >= 0)
        printf("; %lld more of this team count on that UTC day", (long long)left);
    putchar('\n');
}

/* How many more count on the day of a new arrival; -1: that is no question. */
static int64_t quota_left(const struct ledger *ledger, const struct intake_report *told)
{
    return told->problem != NULL || told->was_there
               ? -1
               : ledger_quota_left(ledger, told->team, told->received_at);
}

static void report(void *context, const struct intake_report *told)
{
    struct intake_verb *verb = context;
    const struct ledger *ledger = &verb->registry.ledger;
    verb->refused += told->problem != NULL;
    verb->there += told->was_there;
    verb->received += told->problem == NULL && !told->was_there;
    if (verb->opt.is_json) {
        if (json_array_append_new(verb->told, as_json(told, quota_left(ledger, told))) != 0)
            pod_out_of_memory();
    } else if (!verb->opt.is_quiet || told->problem != NULL) {
        print(told, quota_left(ledger, told));
    }
}

static bool finish(struct intake_verb *verb, struct pod_error *err)
{
    const struct ledger *ledger = &verb->registry.ledger;
    if (!verb->opt.is_json) {
        printf("%zu received, %zu were there, %zu refused; log head %lld %s\n",
               verb->received, verb->there, verb->refused, (long long)ledger->seq,
               ledger->head.hex);
        return true;
    }
    pod_auto_json json_t *all = json_pack(
        "{s:s, s:I, s:I, s:I, s:I, s:s, s:O}", "schema", "podium.intake/1", "received",
        (json_int_t)verb->received, "was_there", (json_int_t)verb->there, "refused",
        (json_int_t)verb->refused, "log_seq", (json_int_t)ledger->seq, "log_head",
        ledger->head.hex, "entries", verb->told);
    if (all == NULL)
        return pod_fail(err, POD_BUG, "cannot print the intake as JSON");
    pod_auto_free char *text = pod_json_print(all);
    fputs(text, stdout);
    return true;
}

/* One line that is overwritten, and goes when a line of the report comes. */
static void show_bytes(void *context, uint64_t bytes, uint64_t total_bytes)
{
    const struct intake_verb *verb = context;
    if (!verb->has_bar)
        return;
    double share = total_bytes > 0 ? (double)bytes / (double)total_bytes : 0;
    char bar[21];
    for (int i = 0; i < 20; i++)
        bar[i] = i < (int)(share * 20) ? '#' : '.';
    bar[20] = '\0';
    (void)fprintf(stderr, "\r[%s] %.1f of %.1f MB \r", bar, (double)bytes / 1e6,
                  (double)total_bytes / 1e6);
}

static bool take_all(struct intake_verb *verb, struct pod_error *err)
{
    const struct intake intake = {
        .registry = &verb->registry,
        .place = &verb->season.place,
        .options = &verb->season.rules.options,
        .fetch = &verb->fetch,
        .team = verb->team,
        .stamped_by = verb->stamped_by,
        .report = report,
        .context = verb,
    };
    return intake_tidy(&intake, err) &&
           intake_take(&intake, verb->sources.items, verb->sources.count, err);
}

/* They go into the log as they are. */
static bool check_words(const struct intake_verb *verb, struct pod_error *err)
{
    return (verb->team == NULL ||
            name_check(verb->team, NAME_TEAM_MAX, "--team", POD_USAGE, err)) &&
           (verb->stamped_by == NULL ||
            name_check(verb->stamped_by, NAME_TEAM_MAX, "--stamped-by", POD_USAGE, err));
}

static bool do_intake(struct intake_verb *verb, struct pod_error *err)
{
    verb->has_bar = isatty(STDERR_FILENO) && !verb->opt.is_quiet && !verb->opt.is_json;
    if (!check_words(verb, err) || !season_open_rules(&verb->season, &verb->opt, err))
        return false;
    verb->sources.has_stamps = verb->stamped_by != NULL;
    verb->sources.is_now = verb->is_now;
    for (size_t i = 0; i < verb->words.count; i++)
        if (!sources_add(&verb->sources, &verb->season.place, verb->words.items[i], err))
            return false;
    if (verb->manifest != NULL &&
        !sources_add_manifest(&verb->sources, &verb->season.place, verb->manifest, err))
        return false;
    if (!registry_open(&verb->registry, &verb->season.place, &verb->season.competition,
                       err))
        return false;
    if (verb->registry.has_opened)
        pod_log(
            "opened competition '%s'; the organizer's key is '%s/organizer.key': keep a "
            "copy of it",
            verb->season.competition.id, verb->season.place.work);
    return take_all(verb, err) && finish(verb, err);
}

bool cmd_intake(int argc, char **argv, int *status, struct pod_error *err)
{
    struct intake_verb verb = {.told = json_array()};
    sources_init(&verb.sources);
    fetch_options_init(&verb.fetch);
    verb.fetch.progress = show_bytes;
    verb.fetch.context = &verb;
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_intake(&verb, err);
    if (verb.refused > 0)
        *status = pod_exit_status(POD_ENTRY);
    json_decref(verb.told);
    registry_close(&verb.registry);
    sources_release(&verb.sources);
    pod_names_release(&verb.words);
    season_close(&verb.season);
    return done;
}
