#include "cmd.h"

#include "issue.h"
#include "model/name.h"
#include "publish_view.h"
#include "season.h"
#include "site.h"

#include <stdlib.h>
#include <string.h>

struct publish_verb {
    struct opt opt; /* first: the argp child fills it */
    const char *target;
    const char *forced; /* reason; NULL: nothing newer is replaced */
    bool sends, is_final;
    bool is_final_due; /* it is still to be put on record */
    struct depot_options depot_options;
    struct site site;
    struct season season;
    struct registry registry;
    struct published ours;
    struct depot *depot;
    struct publish publish;
};

enum {
    KEY_SEND = 0x200,
    KEY_FINAL,
    KEY_FORCE,
    KEY_WORKSHOP,
    KEY_PAGE,
    KEY_ENDPOINT,
    KEY_REGION,
    KEY_CA,
    KEY_PRIVATE,
    KEY_DELAY,
};

static const struct argp_option OPTIONS[] = {
    {"send", KEY_SEND, NULL, 0, "Do it; without it, only what would change is said", 0},
    {"final", KEY_FINAL, NULL, 0,
     "Put on record that this board is the final one; refused while entries are pending, "
     "before the log's deadline, and once something happened since the board",
     0},
    {"force", KEY_FORCE, "REASON", 0,
     "Replace what is published even if it is newer, final or not ours, or publish hidden "
     "scores before the deadline; the manifest says why",
     0},
    {"workshop", KEY_WORKSHOP, "NAME", 0, "Folder on a Jekyll site (" SITE_WORKSHOP ")", 0},
    {"page", KEY_PAGE, "FILE", 0, "Page for a Jekyll site, instead of podium's own", 0},
    {"endpoint", KEY_ENDPOINT, "URL", 0, "Of the bucket's store (Amazon's)", 0},
    {"region", KEY_REGION, "NAME", 0, "Of the bucket (AWS_REGION, or us-east-1)", 0},
    {"ca", KEY_CA, "FILE", 0, "Certificates to trust, instead of the system's", 0},
    {"allow-private", KEY_PRIVATE, NULL, 0,
     "Take http: and addresses of this host and its network", 0},
    {"retry-ms", KEY_DELAY, "MS", 0, "First delay before another try (1000)", 0},
    {0},
};

static error_t parse_delay(struct publish_verb *verb, const char *arg,
                           struct argp_state *state)
{
    char *end = NULL;
    long value = strtol(arg, &end, 10);
    if (*arg < '0' || *arg > '9' || *end != '\0' || value < 1 || value > 30000)
        argp_error(state, "--retry-ms: expected 1 to 30000, not '%s'", arg);
    verb->depot_options.delay_ms = (unsigned)value;
    return 0;
}

static error_t parse_depot(int key, char *arg, struct argp_state *state)
{
    struct publish_verb *verb = state->input;
    switch (key) {
    case KEY_ENDPOINT:
        verb->depot_options.endpoint = arg;
        return 0;
    case KEY_REGION:
        verb->depot_options.region = arg;
        return 0;
    case KEY_CA:
        verb->depot_options.ca_file = arg;
        return 0;
    case KEY_PRIVATE:
        verb->depot_options.allows_private = true;
        return 0;
    case KEY_DELAY:
        return parse_delay(verb, arg, state);
    case ARGP_KEY_ARG:
        if (verb->target != NULL)
            argp_error(state, "one target at a time");
        verb->target = arg;
        return 0;
    case ARGP_KEY_END:
        if (verb->target == NULL)
            argp_error(state, "where to? Name a folder, a URL or s3://BUCKET/PREFIX");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct publish_verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &verb->opt;
        return 0;
    case KEY_SEND:
        verb->sends = true;
        return 0;
    case KEY_FINAL:
        verb->is_final = true;
        return 0;
    case KEY_FORCE:
        verb->forced = arg;
        return 0;
    case KEY_WORKSHOP:
        verb->site.workshop = arg;
        return 0;
    case KEY_PAGE:
        verb->site.page_file = arg;
        return 0;
    default:
        return parse_depot(key, arg, state);
    }
}

static const struct argp_child CHILDREN[] = {{&opt_argp, 0, NULL, 0}, {0}};

static const struct argp ARGP = {
    .options = OPTIONS,
    .parser = parse,
    .args_doc = "TARGET",
    .doc =
        "Bring the board that podium board wrote to where people read it: into a Jekyll "
        "site, a folder, a web server that takes PUT, or a bucket (s3://BUCKET/PREFIX)."
        "\vCredentials come from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
        "and AWS_SESSION_TOKEN for a bucket, PODIUM_TOKEN for a web server. What is "
        "published is checked by podium verify TARGET.",
    .children = CHILDREN,
};

/* The final board. */

/* It is what readers will check, and one that was made final is not forgotten in silence.
 */
static bool check_final(const struct publish_verb *verb, struct pod_error *err)
{
    const struct published *ours = &verb->ours;
    struct pod_error problem = POD_ERROR_INIT;
    if (!published_check_final(ours, &problem))
        return pod_fail(err, POD_USAGE, "%s: run podium batch and podium board when it may",
                        problem.message);
    return ours->final_seq == 0 || ours->is_final_board || verb->forced != NULL ||
           pod_fail(err, POD_USAGE,
                    "event %lld made another board final (--force REASON makes this one "
                    "final in its place, and the log says why)",
                    (long long)ours->final_seq);
}

static bool look_for_final(struct publish_verb *verb, struct pod_error *err)
{
    verb->is_final_due = !verb->ours.is_final_board;
    return check_final(verb, err);
}

static bool record_final(struct publish_verb *verb, struct pod_error *err)
{
    const struct pod_buf *board = published_find(&verb->ours, PUBLISHED_BOARD);
    struct pod_digest digest = pod_digest_bytes(board->data, board->length);
    event_auto struct event event;
    event_init(&event, EVENT_FINALISED);
    event_set_number(&event, EVENT_as_of, verb->ours.bundle.as_of);
    event_set_text(&event, EVENT_board, digest.hex);
    if (verb->ours.final_seq > 0)
        event_set_text(&event, EVENT_reason, verb->forced);
    return registry_append(&verb->registry, &event, err);
}

/* When. */

static bool check_instant(const struct published *ours, struct pod_error *err)
{
    char as_of[POD_INSTANT_TEXT];
    pod_instant_format(ours->bundle.as_of, as_of);
    return ours->bundle.as_of <= pod_instant_now() ||
           pod_fail(err, POD_USAGE,
                    "the board is as of %s, which is still to come: run podium board",
                    as_of);
}

/* Scores by hidden cases tell about them, for as long as somebody can use it. A reason goes
 * into the manifest. */
static bool check_early(struct publish_verb *verb, struct pod_error *err)
{
    struct published *ours = &verb->ours;
    char closes_at[POD_INSTANT_TEXT];
    pod_instant_format(ours->closes_at, closes_at);
    if (strcmp(ours->split, "hidden") != 0 || pod_instant_now() >= ours->closes_at)
        return true;
    if (verb->forced != NULL)
        return issue_force(ours, &verb->season.place, verb->forced, err);
    return pod_fail(err, POD_USAGE,
                    "a board of the hidden split is not published before %s, the log's "
                    "deadline with the grace of what was sealed (--force REASON does it)",
                    closes_at);
}

/* The deed. */

static bool open_log(struct publish_verb *verb, struct pod_error *err)
{
    const struct season *season = &verb->season;
    return verb->is_final && verb->sends
               ? registry_open(&verb->registry, &season->place, &season->competition, err)
               : registry_read(&verb->registry, &season->place, &season->competition,
                               INT64_MAX, err);
}

static bool add_steps(struct publish_verb *verb, bool is_forced, struct pod_error *err)
{
    publish_init(&verb->publish, verb->depot);
    if (verb->site.is_one)
        return site_add(&verb->site, &verb->publish, &verb->ours, is_forced, err);
    return publish_add_board(&verb->publish, &verb->ours, is_forced, err);
}

/* A reason goes on record only where there was something to overrule. */
static bool overrule(struct publish_verb *verb, struct pod_error *err)
{
    publish_release(&verb->publish);
    return issue_force(&verb->ours, &verb->season.place, verb->forced, err) &&
           add_steps(verb, true, err);
}

/* Once given, it stays for as long as this very board is there. */
static bool keep_reason(struct publish_verb *verb, struct pod_error *err)
{
    pod_auto_free char *reason = pod_steal(&verb->publish.reason);
    if (reason == NULL)
        return true;
    publish_release(&verb->publish);
    return issue_force(&verb->ours, &verb->season.place, reason, err) &&
           add_steps(verb, false, err);
}

static bool look(struct publish_verb *verb, struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    verb->site.is_one = strstr(verb->target, "://") == NULL && site_is_one(verb->target);
    if (verb->site.is_one && !site_load_page(&verb->site, &verb->season.place, err))
        return false;
    verb->depot = depot_open(verb->target, &verb->depot_options, err);
    if (verb->depot == NULL)
        return false;
    if (add_steps(verb, false, &problem))
        return keep_reason(verb, err);
    if (verb->publish.is_refused && verb->forced != NULL)
        return overrule(verb, err);
    return pod_fail(err, problem.fault, "%s", problem.message);
}

static bool check_words(const struct publish_verb *verb, struct pod_error *err)
{
    return name_check_id(verb->site.workshop, "--workshop", POD_USAGE, err) &&
           (verb->forced == NULL ||
            name_check(verb->forced, EVENT_TEXT_MAX / 4, "--force", POD_USAGE, err));
}

static bool make(struct publish_verb *verb, struct pod_error *err)
{
    return issue_read(&verb->ours, &verb->season.place, err) &&
           issue_finish(&verb->ours, &verb->season.place, verb->registry.store, err) &&
           check_instant(&verb->ours, err) && check_early(verb, err) && look(verb, err);
}

static void unmake(struct publish_verb *verb)
{
    publish_release(&verb->publish);
    depot_close(verb->depot);
    verb->depot = NULL;
    published_release(&verb->ours);
    pod_buf_release(&verb->site.page);
}

/* The event goes into the log that is published, but not before it is known that the board
 * may be. */
static bool prepare(struct publish_verb *verb, struct pod_error *err)
{
    verb->opt.is_reader = !(verb->is_final && verb->sends);
    if (!check_words(verb, err) || !season_open_rules(&verb->season, &verb->opt, err) ||
        !open_log(verb, err) || !make(verb, err) ||
        (verb->is_final && !look_for_final(verb, err)))
        return false;
    if (!verb->is_final_due || !verb->sends)
        return true;
    if (!record_final(verb, err))
        return false;
    unmake(verb);
    return make(verb, err);
}

static bool do_publish(struct publish_verb *verb, struct pod_error *err)
{
    if (!prepare(verb, err))
        return false;
    const struct publish_view view = {verb->target, &verb->ours, &verb->publish,
                                      verb->sends, verb->is_final_due};
    if (!verb->opt.is_json)
        publish_view_plan(&view);
    if (verb->sends && !publish_send(&verb->publish, err))
        return false;
    if (verb->opt.is_json)
        publish_view_json(&view);
    else
        publish_view_end(&view);
    return true;
}

/* An empty variable is none. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static void read_environment(struct depot_options *options)
{
    const char *region = environment("AWS_REGION");
    options->region = region ? region : environment("AWS_DEFAULT_REGION");
    options->key_id = environment("AWS_ACCESS_KEY_ID");
    options->secret = environment("AWS_SECRET_ACCESS_KEY");
    options->session = environment("AWS_SESSION_TOKEN");
    options->token = environment("PODIUM_TOKEN");
}

bool cmd_publish(int argc, char **argv, int *status, struct pod_error *err)
{
    struct publish_verb verb = {.site = {.workshop = SITE_WORKSHOP, .page = POD_BUF_INIT}};
    depot_options_init(&verb.depot_options);
    read_environment(&verb.depot_options);
    opt_parse(&ARGP, argc, argv, &verb);
    bool done = do_publish(&verb, err);
    *status = 0;
    unmake(&verb);
    registry_close(&verb.registry);
    season_close(&verb.season);
    return done;
}
